"""`make run`: the whole stack in the foreground, every process named; Ctrl-C stops all of it."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from dotenv import dotenv_values
from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process

from scripts import processes, stack
from scripts.processes import Trouble

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)  # most are commented out, having a default
ASKED = (130, 143)
"""What honcho returns after SIGINT and SIGTERM."""


def main() -> int:
    """Run until somebody stops it, which is 0; 1 when it can't start or when a process ends by itself."""
    for asking in (signal.SIGTERM, signal.SIGHUP):  # kill and a closed terminal mean what Ctrl-C means
        signal.signal(asking, signal.default_int_handler)
    try:
        laptop = described(named())
        print("make run: migrating the database", flush=True)
        processes.run_command("payments_service", "migrate", "--verbosity", "0", env=laptop.env)
        print(addresses(laptop), flush=True)
        return run(laptop)
    except KeyboardInterrupt:
        return 0
    except Trouble as trouble:
        print(f"make run: {trouble}", file=sys.stderr)
        return 1


def run(laptop: stack.Stack) -> int:
    """Start it all and return once all of it has ended; raises Trouble when that was nobody's wish."""
    manager = Manager(Printer(Unbroken(sys.stdout)))
    manager._process_ctor = Apart
    for name, command in laptop.commands.items():
        manager.add_process(name, f"exec {command}", env=laptop.env, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    if manager.returncode not in ASKED:
        raise Trouble("a process ended by itself (the first that says stopped), so the others were stopped too.")
    return 0


class Apart(Process):  # type: ignore[misc]  # honcho has no types
    """A process whose keeper leaves our process group: a signal to all of it, as Ctrl-C is, reaches the manager alone.

    In its first moment a keeper of honcho's doesn't ignore signals yet, and then nobody hears the end of its process.
    """

    def run(self, *args: Any, **kwargs: Any) -> None:
        """In the keeper's own process."""
        os.setsid()
        super().run(*args, **kwargs)


class Unbroken(io.TextIOBase):
    """Standard output that outlives its terminal: the processes have to be ended also when nobody reads any more."""

    def __init__(self, output: TextIO) -> None:
        self.output = output

    def isatty(self) -> bool:
        """Whether colours make sense."""
        return self.output.isatty()

    def write(self, text: str) -> int:
        """Print, if somebody is there."""
        with suppress(OSError):
            self.output.write(text)
            self.output.flush()
        return len(text)


def described(given: dict[str, str]) -> stack.Stack:
    """The stack in var/, with a web port that is free; raises Trouble."""
    port, host = given.get("PORT", "8001"), given.get("HOST", "127.0.0.1")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT must be a number such as 8001, not {port!r}.")
    try:
        take(host, int(port))
    except OSError as refusal:
        why = str(refusal.strerror).lower()
        raise Trouble(f"port {port} of {host} can't be had: {why}. For another one: make run PORT=8011") from None
    return stack.laptop(ROOT / "var", web_port=int(port), given=given)


def take(host: str, port: int) -> None:
    """Hold the address for a moment, as the web process will do; raises OSError when it can't be had."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def named() -> dict[str, str]:
    """What the user has set: `.env`, and over it the environment, for the variables that `.env.example` lists."""
    known = VARIABLE.findall((ROOT / ".env.example").read_text(encoding="utf-8"))
    mine = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value}
    return mine | {key: os.environ[key] for key in known if os.environ.get(key)}


def addresses(laptop: stack.Stack) -> str:
    """Where to look, for a person."""
    token = laptop.env["API_TOKENS"].split(",")[0]
    rows = {
        "API and its pages": f"{laptop.web_url}/api/v1/docs   (Authorization: Bearer {token})",
        "Stripe webhook": f"{laptop.web_url}/webhooks/stripe/",
        "Admin": f"{laptop.web_url}/admin/   (first: make admin)",
        "Stripe": laptop.env.get("STRIPE_API_BASE", "https://api.stripe.com"),
        "Email": str(laptop.mail) if "mailbox" in laptop.commands else laptop.env.get("EMAIL_URL", "Anymail"),
        "Database": laptop.env["DATABASE_URL"].rpartition("@")[2],
    }
    return "\n".join(f"  {name:18} {value}" for name, value in rows.items())


if __name__ == "__main__":
    sys.exit(main())
