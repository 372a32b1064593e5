"""Replaying beside the processes that are deployed: what is done stays done, and nobody gets a second letter."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from notifications.models import Attempt, Message
from payments_service.payments.models import Movement, Payment
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event
from receipts.models import Receipt
from servicekit import celery
from tests import processes
from tests.builders import keep, post
from tests.notifications.mail_server import MailServer
from tests.stripe_events import Payload, by_type, events_of_a_payment, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)
STAGES = (StripeEvent, Payment, Movement, Receipt, Message)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def replay(*arguments: str, **env: str) -> list[dict[str, Any]]:
    """The command as somebody types it; what it says of each event."""
    typed = [sys.executable, "-m", "payments_service", "replay", "--json", "--yes", *arguments]
    env = processes.environment(**env)
    done = subprocess.run(typed, env=env, cwd=processes.ROOT, capture_output=True, text=True, timeout=60, check=True)
    events: list[dict[str, Any]] = json.loads(done.stdout)["events"]
    return events


def done_in(events: list[dict[str, Any]]) -> list[str]:
    """What was done, in order."""
    return [step["do"] for event in events for step in event["steps"] if "done" in step]


def idle() -> bool:
    """Whether no row of any stage wants work, and no nudge is on its way."""
    waiting = any(model._default_manager.filter(due_at__isnull=False).exists() for model in STAGES)
    return not waiting and celery.backlog(process_event) == 0


def finish(events: list[Payload], *, letters: int, mail: MailServer, worker: processes.Process) -> None:
    """Post these, and wait until their letters have come and all is done."""
    for event in events:
        post(event)
    processes.eventually(lambda: len(mail.mails) == letters and idle(), why=worker.output)


def test_replaying_all_that_ever_came_sends_nothing_and_a_lost_file_comes_back_without_a_letter(
    tmp_path: Path, mail: MailServer
) -> None:
    env = {"RECEIPT_SETTLE_SECONDS": "0", "SWEEP_SECONDS": "1", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    paid = events_of_a_payment()
    back = events_of_a_refund(by_type(paid, "charge.succeeded")["data"]["object"], amount=5_000)
    with processes.worker(tmp_path / "worker.log", **env) as worker, processes.beat(tmp_path / "beat.log", **env):
        finish(paid, letters=1, mail=mail, worker=worker)
        finish(back, letters=2, mail=mail, worker=worker)

        untouched = replay("--type", "*", **env)
        keys = dict(Receipt.objects.values_list("number", "pdf_key"))
        before = {number: default_storage.open(key).read() for number, key in keys.items()}
        for key in keys.values():
            default_storage.delete(key)
        restored = replay("--type", "*", **env)
        again = replay("--type", "*", **env)
        processes.eventually(idle, why=worker.output)

    assert (len(untouched), done_in(untouched), done_in(again)) == (8, [], [])
    assert done_in(restored) == ["render the PDF, as its file is lost"] * 2
    assert {number: default_storage.open(key).read() for number, key in keys.items()} == before
    assert (len(mail.mails), Message.objects.count(), Attempt.objects.count()) == (2, 2, 2)


def test_a_failed_event_is_replayed_to_its_letter_and_a_second_time_to_none(tmp_path: Path, mail: MailServer) -> None:
    env = {"RECEIPT_SETTLE_SECONDS": "0", "SWEEP_SECONDS": "60", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    keep(by_type(events_of_a_payment(), "checkout.session.completed"))
    StripeEvent.objects.update(state="failed", last_error="OperationalError", due_at=Now() + timedelta(hours=1))
    with processes.worker(tmp_path / "worker.log", **env) as worker:
        first = replay("--failed", **env)
        processes.eventually(lambda: mail.mails and idle(), why=worker.output)
        second = replay("--type", "*", **env)

    assert (done_in(first), done_in(second)) == (["process the event"], [])
    assert (len(mail.mails), StripeEvent.objects.get().state) == (1, "processed")


def test_a_letter_goes_twice_only_with_a_reason(tmp_path: Path, mail: MailServer) -> None:
    env = {"RECEIPT_SETTLE_SECONDS": "0", "SWEEP_SECONDS": "1", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    asked = ("--type", "*", "--send-again", "--reason", "the insurer lost it")
    with processes.worker(tmp_path / "worker.log", **env) as worker, processes.beat(tmp_path / "beat.log", **env):
        finish(events_of_a_payment(), letters=1, mail=mail, worker=worker)
        first = replay(*asked, **env)
        processes.eventually(lambda: len(mail.mails) == 2 and idle(), why=worker.output)
        second = replay(*asked, **env)

    assert (done_in(first), done_in(second)) == (["send it again, and keep the reason"], [])
    assert (len(mail.mails), len({letter["Message-ID"] for letter in mail.mails})) == (2, 2)
