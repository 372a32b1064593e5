"""What is outside is called over lines that stay open, counted where they arrive.

Those to PostgreSQL are counted in `tests/servicekit/test_connections.py`, to a mail server in
`tests/notifications/test_connection.py`, to Twilio in `tests/notifications/sms/test_twilio_wire.py`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.conf import settings as of_this_run
from pytest_django import Settings

from notifications import delivery
from notifications.channels import connection
from payments_service.payments import stripe_api
from servicekit import celery, nudging
from tests.notifications.builders import a_message, in_threads, reread
from tests.standin import let_stripe_know, stripe_answers
from tests.stripe_events import events_of_a_payment
from tests.toll import Toll

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, CALLS = 4, 5


class Postmark(BaseHTTPRequestHandler):
    """Takes every letter, and keeps the line open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = json.dumps(
            {"ErrorCode": 0, "Message": "OK", "MessageID": "provider-id", "To": "anna@patients.example"}
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def postmark(settings: Settings) -> Iterator[Toll]:
    """A mail provider that is called over HTTP, and the gate before it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Postmark)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Toll(server.server_port) as toll:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "visibly-fake", "POSTMARK_API_URL": f"{toll.address}/"}
        yield toll
        connection.drop()
    server.shutdown()
    server.server_close()


def delivered(thread: int) -> list[str]:
    """Deliver letters one after another, and say where each ended."""
    messages = [a_message(dedupe_key=f"document:{thread}:{number}") for number in range(CALLS)]
    for message in messages:
        delivery.deliver(message.pk)
    return [str(reread(message).state) for message in messages]


def test_a_thread_hands_letter_after_letter_to_a_provider_over_one_line(postmark: Toll) -> None:
    states = in_threads(THREADS, delivered)

    assert states == [["sent"] * CALLS] * THREADS
    assert postmark.passed == THREADS


def test_a_thread_asks_stripe_again_and_again_over_one_line(settings: Settings) -> None:
    events = events_of_a_payment()
    with stripe_answers(settings) as stripe, Toll(urlsplit(stripe.url).port or 0) as toll:
        let_stripe_know(stripe, events)
        settings.STRIPE_API_BASE = toll.address
        [intent] = {event["data"]["object"]["id"] for event in events if event["type"] == "payment_intent.succeeded"}
        stripe_api.payment_intent(intent)  # threads that all come first would make a client each

        found = in_threads(THREADS, lambda _: [stripe_api.payment_intent(intent)["id"] for _ in range(CALLS)])

    assert found == [[intent] * CALLS] * THREADS
    assert toll.passed == 1 + THREADS


def nothing(**_: object) -> None:
    """What a worker would do; there is none here."""


def test_no_nudge_after_the_first_opens_a_line_to_redis() -> None:
    own = redis.Redis.from_url(of_this_run.REDIS_URL)
    publisher = nudging.Publisher()
    with Toll(own.connection_pool.connection_kwargs["port"]) as toll:
        app = Celery("kept", set_as_current=False)
        app.conf.update(
            celery.config("kept", broker_url=f"redis://127.0.0.1:{toll.port}/0", routes={"*": "lines"}, beat={})
        )
        task = app.task(name="kept.lines")(nothing)

        publisher.send(nudging.Nudge(task, {"row_id": 0}))
        first = toll.passed
        for number in range(1, CALLS * THREADS):
            publisher.send(nudging.Nudge(task, {"row_id": number}))

        waiting = own.llen("kept:kept.lines")
    own.delete("kept:kept.lines")
    assert waiting == CALLS * THREADS
    assert toll.passed == first
