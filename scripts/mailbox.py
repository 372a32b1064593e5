"""A mailbox for a laptop: an SMTP server on loopback that keeps each message as an `.eml` file and sends nothing on."""

from __future__ import annotations

import argparse
import itertools
import signal
from pathlib import Path
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Writes each message that is accepted, in order of arrival."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory, self.numbers = directory, itertools.count(len(list(directory.glob("*.eml"))) + 1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it whole before saying yes."""
        path = self.directory / f"{next(self.numbers):04d}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(envelope.original_content or b"")
        part.rename(path)
        print(f"kept {path}", flush=True)
        return "250 OK"


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m scripts.mailbox", description=__doc__)
    parser.add_argument("--port", type=int, default=1025, help="the port on 127.0.0.1")
    parser.add_argument("--directory", type=Path, default=Path("var/mail"), help="where the .eml files go")
    args = parser.parse_args()
    stop = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    server = Controller(Keeper(args.directory), hostname="127.0.0.1", port=args.port)
    server.start()
    print(f"the mailbox listens on 127.0.0.1:{args.port}, messages go to {args.directory}", flush=True)
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
