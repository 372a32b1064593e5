"""A real SMTP server on loopback that does what a test tells it to."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import deque
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

REFUSALS_AT_RCPT = {
    "refuse the address": "550 5.1.1 No such user here",
    "defer the address": "450 4.2.1 Mailbox busy",
}
REFUSALS_AT_MAIL = {"refuse us": "530 5.7.0 Authentication required", "say goodbye": "421 4.4.2 Idle for too long"}
REFUSALS_AT_DATA = {"busy": "451 4.3.0 Try again later", "refuse the content": "554 5.6.0 Content rejected"}


class MailServer(Controller):
    """Takes mail, counts connections, and follows a script with one word or more for each message to come."""

    def __init__(self) -> None:
        super().__init__(Answers(self), hostname="127.0.0.1", port=0)
        self.script: deque[str] = deque()
        self.taken: list[bytes] = []
        self.recipients: list[list[str]] = []
        self.connections = 0
        self.transports: list[asyncio.Transport] = []

    def follow(self, *steps: str) -> None:
        """What to do with the next messages, one step each; afterwards everything is accepted."""
        self.script.extend(steps)

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, parsed."""
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.taken]

    def factory(self) -> SMTP:
        """One protocol per connection."""
        server: SMTP = super().factory()  # type: ignore[no-untyped-call]
        greet = server.connection_made

        def counted(transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.connections += 1
            self.transports.append(transport)
            greet(transport)

        setattr(server, "connection_made", counted)  # noqa: B010
        return server

    def _trigger_server(self) -> None:
        # The kernel chose the port; the probe that aiosmtpd sends isn't a client of ours.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
        self.connections = 0

    def hang_up(self) -> None:
        """Close every connection, as a server does with the silent ones."""
        for transport in self.transports:
            self.loop.call_soon_threadsafe(transport.abort)
        self.transports.clear()

    def go_down(self) -> None:
        """Stop listening, with every connection closed."""
        self.hang_up()
        self.stop()

    def come_back(self) -> None:
        """Listen on the same port again."""
        self.loop = asyncio.new_event_loop()
        self.start()

    def _step(self, answers: dict[str, str]) -> str:
        return answers[self.script.popleft()] if self.script and self.script[0] in answers else ""

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        """Before anything is known of the message."""
        if answer := self._step(REFUSALS_AT_MAIL):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        """The place where an address is refused."""
        if self.script and self.script[0] == "drop before the content":
            self.script.popleft()
            cut(server)
        if answer := self._step(REFUSALS_AT_RCPT):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The content has come in; whether the client learns what became of it is another matter."""
        if answer := self._step(REFUSALS_AT_DATA):
            return answer
        step = self.script.popleft() if self.script else "accept"
        self.taken.append(envelope.original_content or b"")
        self.recipients.append(list(envelope.rcpt_tos))
        if step == "take its time":
            await asyncio.sleep(3)
        if step == "hang":
            await asyncio.sleep(60)
        if step == "drop after the content":
            cut(server)
        return "250 OK"


class Answers:
    """What aiosmtpd asks: it evaluates every attribute for each connection, and a server's would read all its mail."""

    def __init__(self, server: MailServer) -> None:
        self.handle_MAIL, self.handle_RCPT, self.handle_DATA = (
            server.handle_MAIL,
            server.handle_RCPT,
            server.handle_DATA,
        )


def cut(server: SMTP) -> None:
    """End the connection without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
