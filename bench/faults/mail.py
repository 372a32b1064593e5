"""A real SMTP server that misbehaves with a part of its messages, and knows what it has taken."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.faults.ways import Ways
from scripts import embedded

BUSY = "451 4.3.0 Try again later"
HANGS_SECONDS = 60
REFUSE, HANG, HANG_AFTER, DROP = (
    "the mail server refuses",
    "the mail server hangs before it takes a letter",
    "the mail server hangs after it took a letter",
    "the mail server drops the connection after it took a letter",
)
WAYS = (REFUSE, HANG, HANG_AFTER, DROP)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was taken; `pdf` is the SHA-256 of the file that came with it (hex), empty without one."""

    address: str
    message_id: str
    pdf: str = ""


class MailServer(Controller):
    """Takes mail; while its `ways` are on, with every fifth message it refuses, hangs, or hangs up after taking it."""

    def __init__(self, *, seed: int) -> None:
        super().__init__(self, hostname="127.0.0.1", port=embedded.free_port())
        self.ways = Ways(WAYS, seed=seed)
        self.letters: list[Letter] = []

    @property
    def url(self) -> str:
        """As `EMAIL_URL` has it, with five seconds of patience for each step."""
        return f"smtp://127.0.0.1:{self.port}/?timeout=5"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """The content is here; what is said to it, and whether anything is, is another matter."""
        way = self.ways.of_next()
        if way == REFUSE:
            return BUSY
        if way == HANG:
            await asyncio.sleep(HANGS_SECONDS)
            return BUSY
        self.letters.append(letter_of(envelope))
        if way == HANG_AFTER:
            await asyncio.sleep(HANGS_SECONDS)
        if way == DROP:
            hang_up(server)
        return "250 OK"


def letter_of(envelope: Envelope) -> Letter:
    """To whom, by which name mail programs drop a second copy, and which PDF came along."""
    letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
    files = [part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf"]
    pdf = "+".join(hashlib.sha256(part.get_content()).hexdigest() for part in files)
    return Letter(str(envelope.rcpt_tos[0]), str(letter["Message-ID"]).strip(), pdf)


def hang_up(server: SMTP) -> None:
    """End the connection without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
