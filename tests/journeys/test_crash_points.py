"""Whatever commit or outside call a process dies at, a payment ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from notifications import outbox
from notifications.models import Attempt, Message
from notifications.tasks import deliver_email
from payments_service.payments import selectors as payments
from payments_service.receipting.tasks import issue_receipt, render_receipt
from payments_service.webhooks import inbox
from payments_service.webhooks.tasks import process_event
from receipts import filing
from receipts import selectors as receipts
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests import crash_points
from tests.builders import post
from tests.notifications.mail_server import MailServer
from tests.standin import let_stripe_know, stripe_answers
from tests.stripe_events import Payload, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 25
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


class Journey:
    """A payment from Stripe's posts to the patient's letter; Stripe repeats what wasn't answered."""

    def __init__(self, events: Sequence[Payload], answered: Path) -> None:
        self.events, self.answered = events, answered

    def forget(self) -> None:
        """Nothing has happened yet."""
        self.answered.write_text("")
        crash_points.forget_all()

    def go(self) -> None:
        """Post what has no answer yet, then do all that the rows say is due."""
        answered = os.open(self.answered, os.O_RDWR | os.O_APPEND)
        done = os.read(answered, 10_000).decode().split()
        for event in self.events:
            if event["id"] not in done:
                assert post(event).status_code == 200
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


def test_a_payment_ends_alike_wherever_a_process_dies(
    mail: MailServer, stripe: StandIn, settings: Settings, tmp_path: Path
) -> None:
    settings.RECEIPT_SETTLE_SECONDS = 0
    events = events_of_a_payment(email="ada@patient.example")
    let_stripe_know(stripe, events)
    journey, log = Journey(events[:2], tmp_path / "answered"), tmp_path / "points"
    journey.forget()
    points = crash_points.points_of(journey.go, log=log)
    [letter] = crash_points.doubts_of(points, sent=crash_points.CONTENT)
    expected = crash_points.state_without(*DIFFERS, *LETTER)
    filing.render(Receipt.objects.get())  # the forks find fonts and style sheet prepared

    wrong = []
    for died_before in range(len(points)):
        journey.forget()
        mail.taken.clear()
        assert not crash_points.in_a_fork(journey.go, log=log, die_before=died_before)
        assert crash_points.in_a_fork(journey.go_on, log=log)
        if what := differences(expected, mail, letter, died_before):
            wrong.append(f"died before {died_before} ({points[died_before]}): {what}")

    assert not wrong, "\n".join(wrong)
    assert len(points) > MANY, points


def differences(expected: crash_points.State, mail: MailServer, letter: crash_points.Doubt, died_before: int) -> str:
    """What is other than after a clean run, but for the second copy that nobody can rule out, which is on record."""
    found = {**crash_points.state_without(*DIFFERS, *LETTER), "Attempt": expected["Attempt"]}
    message, copies = Message.objects.get(), 1 + letter.is_twice(died_before)
    if wrong := crash_points.differences(found, expected):
        return "; ".join(wrong)
    if len(mail.taken) != copies or {each["Message-ID"] for each in mail.mails} != {message.message_id}:
        return f"{len(mail.taken)} copies instead of {copies}"
    if message.possible_double != letter.is_in_doubt(died_before):
        return f"possible double: {message.possible_double}"
    if outcomes() != ["unknown"] * letter.is_in_doubt(died_before) + ["accepted"]:
        return f"attempts: {outcomes()}"
    return "" if has_its_pdf(Receipt.objects.get()) else "no PDF with the hash on record"


def outcomes() -> list[str]:
    """How the attempts to send ended, in their order."""
    return [attempt.outcome for attempt in Attempt.objects.order_by("number")]


def has_its_pdf(receipt: Receipt) -> bool:
    """Whether the file is there, with the hash on record."""
    with default_storage.open(receipt.pdf_key) as file:
        return hashlib.sha256(file.read()).hexdigest() == receipt.pdf_sha256
