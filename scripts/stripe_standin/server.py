"""The stand-in as a server: HTTP in, one route, HTTP out; api, refunds, cli, control and page hold the routes."""

import re
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from scripts.stripe_standin import api, cli, control, delivery, endpoints, forms, page, refunds
from scripts.stripe_standin.account import Account
from scripts.stripe_standin.replies import Answer, Call, Refused, no_such
from scripts.stripe_standin.websocket import Listening
from tests.stripe_events import EMAIL, NAME, VISA, Payload, a_thin_event, an_id

T = TypeVar("T")
SECRET = "whsec_test_standin"  # noqa: S105 - visibly fake
OK = range(200, 300)
POLL = 0.02  # seconds: how soon the server notices that it should stop


class StandIn:
    """Stripe on 127.0.0.1, for as long as the `with` lasts; `url` is what goes into STRIPE_API_BASE.

    `requests` is every call of the API, oldest first, without the key; `forwarded` is what the Stripe CLI
    answered for the events that it forwarded. `key` is the only key that it takes, any when it is empty;
    `clock_ahead` is by how many seconds the Date of its answers is ahead.
    """

    def __init__(
        self, *, webhook_url: str = "", secret: str = SECRET, port: int = 0, key: str = "", clock_ahead: float = 0
    ) -> None:
        self.webhook_url, self.key, self.clock_ahead = webhook_url, key, clock_ahead
        self.account = Account(secret=secret)
        self.requests: list[dict[str, Any]] = []
        self._failures: list[Refused | None] = []
        self._replies: dict[str, tuple[str, Payload]] = {}
        self._listening = Listening(self.account)
        self._http = _Server(("127.0.0.1", port), _handler(self))
        self.url = self.account.base_url = f"http://127.0.0.1:{self._http.server_port}"

    @property
    def forwarded(self) -> list[dict[str, Any]]:
        """`event`, `type` and `status` of each post that the Stripe CLI made, oldest first."""
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

    def refund(self, charge_id: str, *, amount: int) -> list[Payload]:
        """The clinic gives so much of a charge back; returns the four events that Stripe would send of it."""
        with self.account.lock:
            return refunds.give_back(self.account, self.account.find("charge", charge_id), amount=amount)

    def bounce(self, refund_id: str) -> list[Payload]:
        """The payer's bank sends a refund back; returns the events that Stripe would send of it."""
        with self.account.lock:
            return refunds.bounce(self.account, self.account.find("refund", refund_id))

    def deliver(
        self, events: Sequence[Payload], *, order: Sequence[int] | None = None, times: int = 1, thin: bool = False
    ) -> list[delivery.Delivery]:
        """Post events, signed, to the webhook; `order` is a list of indexes, `times` repeats the whole round.

        With `thin` each goes as its thin twin, which names the object that the API then has to be asked for.
        """
        events = [a_thin_event(event) for event in events] if thin else events
        done = delivery.deliver(events, url=self.webhook_url, secret=self.account.secret, order=order, times=times)
        self.account.delivered |= {each.event for each in done if each.status in OK}
        return done

    def fail(self, *, status: int = 503, times: int = 1, retry_after: int | None = None, well_before: int = 0) -> None:
        """Let calls of the API end with this status, as on Stripe's bad days, after so many that still end well."""
        message = "The stand-in was told to fail."
        code = "rate_limit" if status == 429 else None
        failure = Refused(status, message, code=code, kind="api_error", retry_after=retry_after)
        self._failures += [None] * well_before + [failure] * times

    def recover(self) -> None:
        """Let the calls of the API end well again."""
        self._failures.clear()

    def answer(self, call: Call, *, raw: str) -> Answer:
        """What Stripe, its page or the stand-in's own door says to a request; `raw` is its query and body."""
        try:
            if call.path.startswith("/_standin/"):
                return Answer.json(_routed(control.ROUTES, self, call))
            if call.path.startswith("/c/"):
                return _routed(page.ROUTES, self, call)
            return Answer.json(self._api(call, raw))
        except Refused as refusal:
            return Answer.json(refusal.payload, status=refusal.status, retry_after=refusal.retry_after)

    def _api(self, call: Call, raw: str) -> Payload:
        self.requests.append({"method": call.method, "path": call.path, "params": raw, "headers": _seen(call)})
        if not call.key:
            raise Refused(401, "You did not provide an API key.")
        if self.key not in ("", call.key):
            raise Refused(401, "Invalid API Key provided.")
        with self.account.lock:
            if self._failures and (failure := self._failures.pop(0)):
                raise failure
            return self._once(call, raw)

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
        found: Payload = _routed((*api.ROUTES, *refunds.ROUTES, *endpoints.ROUTES, *cli.ROUTES), self.account, call)
        owner = self.account.owner_of(found)
        if owner and owner != call.account:
            raise no_such(found["object"], found["id"])
        whole = api.expanded(self.account, found, call.params.get("expand", []))
        return deepcopy(whole)


def _routed(routes: Sequence[tuple[str, str, Callable[..., T]]], place: object, call: Call) -> T:
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


class _Handler(BaseHTTPRequestHandler):
    """One connection; `_handler` gives it the stand-in that it speaks for."""

    protocol_version = "HTTP/1.1"  # keeps connections, as Stripe does
    standin: StandIn

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

    def _answer(self, body: str) -> None:
        url = urlsplit(self.path)
        raw = "&".join(filter(None, (url.query, body)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, url.path, forms.decode(raw), headers=headers)
        self._send(self.standin.answer(call, raw=raw))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.location is not None:
            self.send_header("Location", answer.location)
        if answer.retry_after is not None:
            self.send_header("Retry-After", str(answer.retry_after))
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Request-Id", an_id("req"))
        self.end_headers()
        self.wfile.write(answer.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer, by the stand-in's clock."""
        return super().date_time_string((timestamp or time.time()) + self.standin.clock_ahead)

    def log_message(self, *_: object) -> None:
        """Silent: what came is in `requests`."""


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"standin": standin})
