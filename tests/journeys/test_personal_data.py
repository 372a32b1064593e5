"""Who the patient is stays in our database and the letter: not in Redis, logs, addresses, metrics, or with Stripe."""

from __future__ import annotations

import base64
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings

from notifications.models import Message
from receipts.models import Receipt
from scripts import embedded
from scripts.stripe_standin import StandIn
from tests import builders, processes
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "Zzyzx"
CHECKOUT: dict[str, Any] = {
    "visit_id": f"visit-{MARKER}",
    "currency": "eur",
    "lines": [{"description": f"{MARKER} therapy", "quantity": 1, "unit_amount": 12000, "tax_rate": "8"}],
    "patient": {"name": f"{MARKER} Patient", "email": f"{MARKER}@patient.example", "locale": "pl"},
    "service": {"date": "2026-11-20", "practitioner": f"Dr. {MARKER}", "code": f"{MARKER}-1"},
    "success_url": "https://clinic.example/thanks",
    "cancel_url": "https://clinic.example/visits",
}


class Monitor:
    """Every command that any client sends to a Redis, as its MONITOR reports them."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 6379))
        self.seen = b""
        self.thread = Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Monitor:
        self.socket.sendall(b"MONITOR\r\n")
        self.thread.start()
        processes.eventually(lambda: b"+OK" in self.seen)
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.socket.close()

    def _listen(self) -> None:
        while part := self.socket.recv(65536):
            self.seen += part


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that quotes the address when it refuses, as real ones do."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def test_a_marker_in_every_personal_field_is_found_in_none_of_the_wrong_places(
    tmp_path: Path, mail: MailServer
) -> None:
    port, mail_url = embedded.free_port(), f"smtp://127.0.0.1:{mail.port}"
    mail.follow("defer the address", "refuse the content")

    with (
        StandIn(webhook_url=f"http://127.0.0.1:{port}/webhooks/stripe/", secret=builders.SECRET) as stripe,
        Monitor(settings.REDIS_URL) as monitor,
    ):
        env = {"STRIPE_API_KEY": "sk_test_standin", "STRIPE_API_BASE": stripe.url, "EMAIL_URL": mail_url}
        env |= {"SWEEP_SECONDS": "1", "LOG_LEVEL": "DEBUG", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        with (
            processes.web(tmp_path / "web.log", port=port, **env),
            processes.worker(tmp_path / "worker.log", **env),
            processes.beat(tmp_path / "beat.log", **env),
        ):
            answers = walk(f"http://127.0.0.1:{port}", stripe)

    places = {
        "redis": decoded(monitor.seen),
        "web log": (tmp_path / "web.log").read_text(),
        "worker log": (tmp_path / "worker.log").read_text(),
        "beat log": (tmp_path / "beat.log").read_text(),
        "stripe": json.dumps(stripe.requests),
        "answers, addresses and metrics": "\n".join(answers),
        "keys of files": "\n".join(Receipt.objects.values_list("pdf_key", flat=True)),
    }
    assert [place for place, text in places.items() if MARKER.lower() in text.lower()] == []
    assert all(places.values()), "each place was looked at"
    signatures = re.findall(
        r"/(?:r|pdf)/[^/\s:]+:[^/\s:]+:(\S+)", "\n".join(Message.objects.values_list("text", flat=True))
    )
    assert signatures
    written = "".join(places[place] for place in ("redis", "web log", "worker log", "beat log"))
    assert [signature for signature in signatures if signature in written] == []
    assert any(MARKER.encode() in letter for letter in mail.taken), "the letter does say it"


def walk(base: str, stripe: StandIn) -> list[str]:
    """The journey, with a mail server that first defers and then refuses; what was answered and where."""
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {builders.TOKEN}"
    made = api.post(f"{base}/api/v1/checkouts", json=CHECKOUT, headers={"Idempotency-Key": "one"}, timeout=20)
    assert made.status_code == 201, made.text
    paid = stripe.pay(made.json()["stripe_session_id"], email=f"payer-{MARKER}@example.com", name=f"Payer {MARKER}")
    intent = next(e["data"]["object"]["id"] for e in paid if e["type"] == "payment_intent.succeeded")
    stripe.deliver(paid, times=2)
    processes.eventually(lambda: tried(1), why="the first attempt didn't come")
    builders.hurry(Message.objects.all())
    processes.eventually(lambda: tried(2), why="the second attempt didn't come")
    forged = requests.post(
        f"{base}/webhooks/stripe/", data=f"{MARKER}", headers={"Stripe-Signature": MARKER}, timeout=5
    )
    receipts = api.get(f"{base}/api/v1/receipts", params={"payment_intent": intent}, timeout=5)
    number = receipts.json()[0]["number"]
    sent = api.post(f"{base}/api/v1/receipts/{number}/send", json={"to": f"other-{MARKER}@example.com"}, timeout=5)
    processes.eventually(lambda: Message.objects.filter(state="sent").exists(), why="sent again to another address")
    charge = next(e["data"]["object"]["id"] for e in paid if e["type"] == "charge.succeeded")
    stripe.deliver(stripe.refund(charge, amount=5000), times=2)
    processes.eventually(lambda: Message.objects.filter(about__contains="RF-", state="sent"), why="no refund was sent")
    refunds = api.get(f"{base}/api/v1/receipts", params={"payment_intent": intent}, timeout=5)
    [link] = re.findall(r"http\S+/r/\S+", Message.objects.filter(about=number).earliest("pk").text)
    page, fresh = requests.get(link, timeout=5), requests.post(link, timeout=5)
    processes.eventually(lambda: Message.objects.filter(about=f"{number}:link", attempts__gt=0), why="no fresh link")
    time.sleep(1.5)
    metrics = requests.get(f"{base}/metrics", timeout=5)
    seen = (made, forged, receipts, sent, refunds, page, fresh, metrics)
    return [text for answer in seen for text in (answer.url, answer.text, str(answer.headers))]


def decoded(commands: bytes) -> str:
    """The commands, and beside them what Celery wrote into them as base64."""
    text = commands.decode(errors="replace")
    bodies = re.findall(r'\\"body\\": \\"([A-Za-z0-9+/=]+)\\"', text)
    assert bodies, "Celery's messages were seen"
    return text + "".join(base64.b64decode(body).decode() for body in bodies)


def tried(times: int) -> bool:
    """Whether the first message has been attempted so often."""
    return Message.objects.filter(attempts__gte=times, last_error__gt="").exists()
