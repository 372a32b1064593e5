"""Whatever commit or outside call a process dies at, a payment ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core.files.storage import Storage, default_storage, storages
from django.test import Client
from pytest_django import Settings

from notifications import outbox
from notifications.models import Attempt, Message
from notifications.tasks import deliver_email
from payments_service.payments import selectors as payments
from payments_service.payments.models import Checkout
from payments_service.receipting.tasks import issue_receipt, render_receipt
from payments_service.webhooks import inbox
from payments_service.webhooks.tasks import process_event
from receipts import filing
from receipts import selectors as receipts
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests import buckets, crash_points, end_states
from tests.api.test_checkouts import open_checkout
from tests.buckets import BucketServer
from tests.builders import TOKEN, post
from tests.crash_points import COMMIT, CONTENT, REDIS, SMTP, WRITTEN
from tests.notifications.mail_server import MailServer
from tests.standin import stripe_answers
from tests.stripe_events import Payload

pytestmark = pytest.mark.django_db(transaction=True)
IN_ANY_STORAGE = {COMMIT, REDIS, SMTP, CONTENT, "Stripe GET"}
IN_THE_BUCKET = IN_ANY_STORAGE | {"bucket GET", "bucket PUT", "bucket PUT content"}
MANY = 30
AT_ONCE: dict[str, Any] = {"limit": 100, "overdue": timedelta(0)}
DIFFERS = ("attempts", "hash", "signature", "previous_hash", "pdf_sha256", "pdf_key", "rendered_with", "last_error")
LETTER = ("message_id", "text", "html", "attachments", "possible_double", "outcome", "number")
"""The seal and the letter's links follow from the instant; what the others say is looked at by itself."""


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.hang_up()
    server.stop()


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with stripe_answers(settings) as server:
        yield server


@pytest.fixture
def bucket(settings: Settings) -> Iterator[BucketServer]:
    """Where PDFs are kept."""
    with buckets.running() as server:
        buckets.lead_to(server, settings)
        yield server


@pytest.fixture
def journey(mail: MailServer, stripe: StandIn, settings: Settings, tmp_path: Path) -> Journey:
    """One that has just been paid for, at the checkout that we had opened."""
    settings.RECEIPT_SETTLE_SECONDS = 0
    booking = Client(headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"})
    assert open_checkout(booking).status_code == 201
    checkout = Checkout.objects.get()
    events = stripe.pay(checkout.stripe_session_id or "", email="payer@patient.example")
    return Journey(checkout, events[:3], mail=mail, answered=tmp_path / "answered")


class Journey:
    """A payment from Stripe's posts to the patient's letter; Stripe repeats what wasn't answered."""

    def __init__(self, checkout: Checkout, events: Sequence[Payload], *, mail: MailServer, answered: Path) -> None:
        self.checkout, self.events, self.mail, self.answered = checkout, events, mail, answered
        self.stripe = crash_points.ready(Client(enforce_csrf_checks=True))
        assert "checkout.session.completed" in {event["type"] for event in events}

    def forget(self) -> None:
        """The checkout is open, and nothing else has happened yet."""
        self.answered.write_text("")
        self.mail.taken.clear()
        crash_points.forget_all()
        self.checkout.save(force_insert=True)

    def go(self) -> None:
        """Post what has no answer yet, then do all that the rows say is due."""
        answered = os.open(self.answered, os.O_RDWR | os.O_APPEND)
        done = os.read(answered, 10_000).decode().split()
        for event in self.events:
            if event["id"] not in done:
                assert post(event, client=self.stripe).status_code == 200
                os.write(answered, f"{event['id']}\n".encode())
        while work():
            pass

    def go_on(self) -> None:
        """Another process takes over, once the leases of the dead one are over."""
        crash_points.let_leases_expire()
        self.go()


def work() -> int:
    """One round of what workers do, each task by the name under which a sweep would nudge it; how much there was."""
    stages = (
        (process_event, "event_id", inbox.due(**AT_ONCE)),
        (issue_receipt, "payment_id", payments.due_for_receipt(**AT_ONCE)),
        (render_receipt, "receipt_id", receipts.due_for_rendering(**AT_ONCE)),
        (deliver_email, "message_id", outbox.due(channel="email", **AT_ONCE)),
    )
    for task, argument, ids in stages:
        for row_id in ids:
            task(**{argument: row_id})
    return sum(len(ids) for _, _, ids in stages)


def test_a_payment_ends_alike_wherever_a_process_dies(journey: Journey, bucket: BucketServer, tmp_path: Path) -> None:
    log = tmp_path / "points"
    assert default_storage.client  # type: ignore[attr-defined]  # the forks find it made, and no connection
    points, wrong = gone_through(journey, log)

    found = crash_points.wrong_after_deaths(journey, points, log=log, wrong=wrong)

    assert not found, "\n".join(found)
    assert crash_points.kinds_of(points) == IN_THE_BUCKET
    assert len(points) > MANY, points


def test_it_does_where_pdfs_are_in_a_folder(journey: Journey, tmp_path: Path) -> None:
    log = tmp_path / "points"
    points, wrong = gone_through(journey, log)
    [written] = [at for at, name in enumerate(points) if name == WRITTEN]

    found = crash_points.wrong_after_deaths(journey, points, log=log, wrong=wrong, at=[written, written + 1])

    assert not found, "\n".join(found)
    assert crash_points.kinds_of(points) == IN_ANY_STORAGE | {WRITTEN}


def gone_through(journey: Journey, log: Path) -> tuple[list[str], Callable[[int], Iterator[str]]]:
    """The points of a journey that nobody disturbs; and who tells what is other than after it, after a death."""
    journey.forget()
    points = crash_points.points_of(journey.go, log=log)
    [letter] = crash_points.doubts_of(points, sent=CONTENT)
    expected = end_states.state_without(*DIFFERS, *LETTER)
    assert [row["status"] for row in expected["Checkout"]] == ["complete"]
    filing.render(Receipt.objects.get())  # the forks find fonts and style sheet prepared
    kept = storages.create_storage(current.STORAGES["default"])  # whose connections no fork uses

    def wrong(died_before: int) -> Iterator[str]:
        if found := differences(expected, journey.mail, letter, died_before):
            yield found
        elif not has_its_pdf(Receipt.objects.get(), kept):
            yield "no PDF with the hash on record"

    return points, wrong


def differences(expected: end_states.State, mail: MailServer, letter: crash_points.Doubt, died_before: int) -> str:
    """What is other than after a clean run, but for the second copy that nobody can rule out, which is on record."""
    found = {**end_states.state_without(*DIFFERS, *LETTER), "Attempt": expected["Attempt"]}
    message, copies = Message.objects.get(), 1 + letter.is_twice(died_before)
    if wrong := end_states.differences(found, expected):
        return "; ".join(wrong)
    if len(mail.taken) != copies or {each["Message-ID"] for each in mail.mails} != {message.message_id}:
        return f"{len(mail.taken)} copies instead of {copies}"
    if message.possible_double != letter.is_in_doubt(died_before):
        return f"possible double: {message.possible_double}"
    if outcomes() != ["unknown"] * letter.is_in_doubt(died_before) + ["accepted"]:
        return f"attempts: {outcomes()}"
    return ""


def outcomes() -> list[str]:
    """How the attempts to send ended, in their order."""
    return [attempt.outcome for attempt in Attempt.objects.order_by("number")]


def has_its_pdf(receipt: Receipt, kept: Storage) -> bool:
    """Whether the file is there, with the hash on record."""
    with kept.open(receipt.pdf_key) as file:
        return hashlib.sha256(file.read()).hexdigest() == receipt.pdf_sha256
