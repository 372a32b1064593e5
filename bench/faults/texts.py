"""Twilio's Messages API on loopback, which misbehaves with a part of its posts, and knows which texts it has taken."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from bench.faults.ways import Ways
from tests.notifications.sms.twilio_server import Handler, TwilioServer

HANGS_SECONDS = 60
REFUSE, BUSY, FAIL, HANG, HANG_AFTER, DROP = (
    "Twilio refuses (503)",
    "Twilio is busy (429)",
    "Twilio fails after it took a text (500)",
    "Twilio hangs before it takes a text",
    "Twilio hangs after it took a text",
    "Twilio drops the connection after it took a text",
)
WAYS = (REFUSE, BUSY, FAIL, HANG, HANG_AFTER, DROP)
CLEAR = {REFUSE: (503, 0), BUSY: (429, 20429)}
"""Status and Twilio's code of the answers that say for sure that nothing was taken."""

NO_LOOK = "Twilio can't be asked what it took (503)"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was taken; `sid` is Twilio's id of it."""

    number: str
    sid: str
    body: str


class TextServer(TwilioServer):
    """Takes texts; while its `ways` are on, every fifth post goes wrong, and so does every fifth look-up."""

    def __init__(self, *, seed: int) -> None:
        self.ways, self.looks = Ways(WAYS, seed=seed), Ways([NO_LOOK], seed=seed)
        self.in_doubt: set[str] = set()  # the numbers of texts of which the caller can't know whether they were taken
        self.ending = threading.Event()
        super().__init__()
        self.RequestHandlerClass = Misbehaving

    def misbehave(self, on: bool) -> None:
        """From now on, or no more."""
        self.ways.on = self.looks.on = on

    @property
    def texts(self) -> Sequence[Text]:
        """What was taken."""
        with self.counting:
            return [Text(each["to"], each["sid"], each["body"]) for each in self.messages]

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that breaks is what happens here all the time; nobody needs to read of it."""

    def stop(self) -> None:
        """Let go of who hangs, and listen no more."""
        self.ending.set()
        super().stop()


class Misbehaving(Handler):
    """One connection to a server that does with a post what its turn says."""

    server: TextServer

    def do_POST(self) -> None:  # noqa: N802 - http.server's name
        """Take a text, or not; whether the caller learns which is another matter."""
        form, way = self.form(), self.server.ways.of_next()
        if way in CLEAR:
            self.refuse(*CLEAR[way])
            return
        if way:
            self.server.in_doubt.add(form["To"][0])
        taken = {} if way == HANG else self.server.take(form)
        if way in (HANG, HANG_AFTER):
            self.server.ending.wait(HANGS_SECONDS)
        if way == FAIL:
            self.refuse(500, 20500)
        elif way:
            self.close_connection = True
        else:
            self.answer(taken, status=201)

    def list_messages(self) -> None:
        """What was taken, unless it can't be asked now."""
        if self.server.looks.of_next():
            self.refuse(503, 0)
        else:
            super().list_messages()

    def refuse(self, status: int, code: int) -> None:
        """An error as Twilio words it."""
        self.answer({"code": code, "status": status, "message": "refused", "more_info": ""}, status=status)
