"""The stand-in as a server: HTTP in, one route, JSON out; api.py, cli.py and control.py hold the routes."""

import json
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

from scripts.stripe_standin import api, cli, control, delivery, forms
from scripts.stripe_standin.account import Account
from scripts.stripe_standin.replies import Call, Refused
from scripts.stripe_standin.websocket import Listening
from tests.stripe_events import EMAIL, NAME, VISA, Payload, an_id

Answer = tuple[int, Payload]
POLL = 0.02  # seconds: how soon the server notices that it should stop


class StandIn:
    """Stripe on 127.0.0.1, for as long as the `with` lasts; `url` is what goes into STRIPE_API_BASE.

    `requests` is everything that reached the API, oldest first, without the key; `forwarded` is what the Stripe CLI
    answered for the events that it forwarded.
    """

    def __init__(self, *, webhook_url: str = "", secret: str = "whsec_test_standin", port: int = 0) -> None:
        self.webhook_url = webhook_url
        self.account = Account(secret=secret)
        self.requests: list[dict[str, Any]] = []
        self._replies: dict[str, tuple[str, Payload]] = {}
        self._listening = Listening(self.account)
        self._http = _Server(("127.0.0.1", port), _handler(self))
        self.url = self.account.base_url = f"http://127.0.0.1:{self._http.server_port}"

    @property
    def forwarded(self) -> list[dict[str, Any]]:
        return self._listening.forwarded

    def __enter__(self) -> Self:
        self._listening.start()
        Thread(target=self._http.serve_forever, args=(POLL,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.stop()
        self._http.shutdown()
        self._http.server_close()

    def pay(
        self, session_id: str, *, email: str | None = EMAIL, name: str | None = NAME, card: tuple[str, str] = VISA
    ) -> list[Payload]:
        """The payer pays on Stripe's page; returns the four events that Stripe would send, posted to nobody yet."""
        with self.account.lock:
            return self.account.pay_session(session_id, email=email, name=name, card=card)

    def deliver(
        self, events: Sequence[Payload], *, order: Sequence[int] | None = None, times: int = 1
    ) -> list[delivery.Delivery]:
        """Post events, signed, to the webhook; `order` is a list of indexes, `times` repeats the whole round."""
        return delivery.deliver(events, url=self.webhook_url, secret=self.account.secret, order=order, times=times)

    def answer(self, call: Call, *, raw: str) -> Answer:
        """What Stripe, or the stand-in's own door, says to one request; `raw` is its body or query as it came."""
        try:
            if call.path.startswith("/_standin/"):
                return 200, _routed(control.ROUTES, self, call)
            self.requests.append({"method": call.method, "path": call.path, "body": raw, "headers": _seen(call)})
            if not call.headers.get("authorization"):
                raise Refused(401, "You did not provide an API key.")
            with self.account.lock:
                return 200, self._once(call, raw)
        except Refused as refusal:
            return refusal.status, refusal.payload

    def _once(self, call: Call, raw: str) -> Payload:
        """A repeated Idempotency-Key gets the first answer again, and an error when it asks for something else."""
        key = call.headers.get("idempotency-key")
        if call.method != "POST" or not key:
            return self._fresh(call)
        asked = f"{call.path}?{raw}"
        before, reply = self._replies.get(key) or (asked, self._fresh(call))
        if before != asked:
            raise Refused(
                400, "Keys for idempotent requests can only be used with the same parameters.", kind="idempotency_error"
            )
        self._replies[key] = (before, reply)
        return reply

    def _fresh(self, call: Call) -> Payload:
        found: Payload = _routed((*api.ROUTES, *cli.ROUTES), self.account, call)
        whole = api.expanded(self.account, found, call.params.get("expand", []))
        return deepcopy(whole)


def _routed(routes: Sequence[tuple[str, str, Callable[..., Payload]]], place: object, call: Call) -> Payload:
    """The answer of the first route whose method and whole path fit."""
    for method, pattern, route in routes:
        if method == call.method and (match := re.fullmatch(pattern, call.path)):
            return route(place, replace(call, parts=match.groups()))
    raise Refused(404, f"Unrecognized request URL ({call.method}: {call.path}).")


def _seen(call: Call) -> dict[str, str]:
    """The headers of a call without the key, which is nobody's business."""
    return {name: value for name, value in call.headers.items() if name != "authorization"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections, as Stripe does

        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def _answer(self, raw: str) -> None:
            query = urlsplit(self.path).query if self.command == "POST" else ""
            params = forms.decode("&".join(filter(None, (query, raw))))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(self.command, urlsplit(self.path).path, params, headers=headers)
            status, payload = standin.answer(call, raw=raw)
            self._send(status, json.dumps(payload, indent=2).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Request-Id", an_id("req"))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent: what came is in `requests`."""

    return Handler
