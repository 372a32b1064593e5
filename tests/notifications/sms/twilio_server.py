"""A stand-in for Twilio on loopback, over real connections: it waits, hangs or hangs up as it is told."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE_SECONDS = 60


class TwilioServer(ThreadingHTTPServer):
    """Takes every message and makes its id from the number, so that a mixed-up answer shows.

    Numbers in `refusals` get that code of Twilio's. While `answering` is cleared, messages are taken and the answers
    wait; with the behaviour `lose` nothing is taken, and the line breaks then. `own_numbers` are the account's, with
    what each can do; where a `login` (`sid:token`) is set, nobody else is told of them.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *, latency: float = 0.0, behaviour: str = "accept") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.latency, self.behaviour = latency, behaviour
        self.connections: set[tuple[str, int]] = set()
        self.messages: list[dict[str, Any]] = []
        self.refusals: dict[str, int] = {}
        self.account = {"sid": "AC" + "0" * 32, "status": "active", "type": "Full"}
        self.own_numbers: dict[str, dict[str, bool]] = {}
        self.login = ""
        self.answering = threading.Event()
        self.answering.set()
        self.looked_up = 0
        self.taken = 0
        self.counting = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def numbers(self) -> list[str]:
        """Whom the messages that it took go to."""
        return [message["to"] for message in self.messages]

    def take(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Keep a message; what Twilio says of it."""
        message = {
            "sid": "SM" + form["To"][0].lstrip("+"),
            "status": "queued",
            "to": form["To"][0],
            "body": form["Body"][0],
            "date_created": format_datetime(datetime.now(UTC)),
        }
        with self.counting:
            self.messages.append(message)
        return message

    def stop(self) -> None:
        """Listen no more."""
        self.answering.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"
    server: TwilioServer
    wbufsize = -1
    disable_nagle_algorithm = True

    def form(self) -> dict[str, list[str]]:
        """What is posted."""
        return parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def do_POST(self) -> None:
        """Take a message."""
        form = self.form()
        if "To" not in form:  # who began this died
            self.close_connection = True
            return
        with self.server.counting:
            self.server.connections.add(self.client_address)
            self.server.taken += 1
        if self.server.behaviour == "hang":
            time.sleep(1)
        if self.server.behaviour == "lose":
            self.server.answering.wait(PATIENCE_SECONDS)
        if self.server.behaviour != "accept":
            self.close_connection = True
            return
        if code := self.server.refusals.get(form["To"][0]):
            self.answer({"code": code, "status": 400, "message": "refused", "more_info": ""}, status=400)
            return
        message = self.server.take(form)
        time.sleep(self.server.latency)
        self.server.answering.wait(PATIENCE_SECONDS)
        self.answer(message, status=201)

    def do_GET(self) -> None:
        """What is asked for: the account, its numbers, a messaging service, or the messages to a number."""
        path = urlsplit(self.path).path
        if path.endswith("/Messages.json"):
            self.list_messages()
        elif self.server.login and self.login() != self.server.login:
            self.answer({"code": 20003, "message": "Authenticate", "status": 401}, status=401)
        elif path.endswith("/IncomingPhoneNumbers.json"):
            [number] = parse_qs(urlsplit(self.path).query)["PhoneNumber"]
            found = self.server.own_numbers.get(number)
            listed = [{"phone_number": number, "capabilities": found}] if found else []
            self.answer({"incoming_phone_numbers": listed}, status=200)
        elif path.startswith("/v1/Services/"):
            self.answer({"code": 20404, "message": "not found", "status": 404}, status=404)
        else:
            self.answer(self.server.account, status=200)

    def login(self) -> str:
        """`sid:token`, as the caller says."""
        return b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()

    def list_messages(self) -> None:
        """The messages to a number, the newest first."""
        [number] = parse_qs(urlsplit(self.path).query)["To"]
        self.server.looked_up += 1
        found = [message for message in reversed(self.server.messages) if message["to"] == number]
        self.answer({"messages": found, "page": 0, "page_size": 20, "next_page_uri": None}, status=200)

    def answer(self, body: dict[str, Any], *, status: int) -> None:
        """That status and JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
