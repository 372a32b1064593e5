"""`/metrics`: what waits, how long things take and what fails, without a person's name in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from notifications import models
from payments_service.receipting.tasks import render_receipt
from payments_service.webhooks.models import StripeEvent
from receipts import issuing
from receipts.models import Receipt
from scripts.embedded import free_port
from servicekit import health, heartbeat, metrics, nudging
from tests.notifications.builders import a_message
from tests.receipts.builders import a_snapshot

pytestmark = pytest.mark.django_db
Labels = frozenset[tuple[str, str]]


def scraped() -> dict[tuple[str, Labels], float]:
    """Every sample by its name and labels."""
    text = Client().get("/metrics", secure=True).content.decode()
    families = text_string_to_metric_families(text)
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def sample(name: str, **labels: str) -> float | None:
    return scraped().get((name, frozenset(labels.items())))


def an_attempt(*, seconds: float, outcome: str, code: str = "", minutes_ago: int = 1) -> None:
    started = timezone.now() - timedelta(minutes=minutes_ago)
    message = a_message(dedupe_key=f"{outcome}:{seconds}:{minutes_ago}")
    models.Attempt.objects.create(message=message, number=1, outcome=outcome, code=code)
    models.Attempt.objects.filter(message=message).update(
        started_at=started, finished_at=started + timedelta(seconds=seconds)
    )


def an_event(number: int, *, state: str, hours_ago: int = 0) -> None:
    StripeEvent.objects.create(
        stripe_id=f"evt_{number}",
        type="charge.succeeded",
        object="event",
        created=timezone.now(),
        livemode=False,
        body="{}",
        received_at=timezone.now() - timedelta(hours=hours_ago),
        state=state,
    )


def test_attempts_of_the_last_minutes_are_counted_by_outcome_and_code() -> None:
    an_attempt(seconds=0.2, outcome="accepted")
    an_attempt(seconds=1.0, outcome="try_later", code="smtp_421")
    an_attempt(seconds=9.0, outcome="try_later", code="smtp_421", minutes_ago=30)

    assert sample("send_attempts_recent", channel="email", outcome="accepted", code="") == 1
    assert sample("send_attempts_recent", channel="email", outcome="try_later", code="smtp_421") == 1


def test_how_long_providers_take_is_shown_by_quantiles() -> None:
    for tenths in range(1, 11):
        an_attempt(seconds=tenths / 10, outcome="accepted")

    assert sample("send_seconds", channel="email", quantile="0.5") == pytest.approx(0.6)
    assert sample("send_seconds", channel="email", quantile="0.99") == pytest.approx(1.0)


def test_whom_nobody_reaches_is_counted() -> None:
    message = a_message()
    models.Message.objects.filter(pk=message.pk).update(state=models.State.BOUNCED, due_at=None)

    assert sample("messages_need_a_person", channel="email", state="bounced") == 1


def test_events_of_the_last_hour_are_counted_by_type_and_outcome() -> None:
    an_event(1, state="processed")
    an_event(2, state="failed")
    an_event(3, state="failed", hours_ago=2)

    assert sample("stripe_events_recent", type="charge.succeeded", outcome="processed") == 1
    assert sample("stripe_events_recent", type="charge.succeeded", outcome="failed") == 1


def test_how_long_a_document_waits_for_its_pdf_is_shown() -> None:
    now = timezone.now()
    receipt = issuing.issue(a_snapshot(), at=now - timedelta(seconds=3))
    Receipt.objects.filter(pk=receipt.pk).update(rendered_at=now, due_at=None)

    assert sample("document_pdf_seconds", kind="receipt", quantile="0.5") == pytest.approx(3.0)


def test_nudges_that_wait_are_counted_by_queue(settings: Settings) -> None:
    before = metrics.queue_depths()["payments.receipts"]

    nudging.of_this_process.send(nudging.Nudge(render_receipt, {"receipt_id": 1}))

    assert metrics.queue_depths()["payments.receipts"] == before + 1
    assert sample("queue_depth", queue="payments.receipts") == before + 1
    health.broker(settings.REDIS_URL).lpop("payments:payments.receipts")


def test_how_long_ago_beat_was_heard_is_shown() -> None:
    heartbeat.heartbeat()

    age = sample("beat_age_seconds")

    assert age is not None
    assert age < 10


def test_a_scrape_goes_on_without_redis(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"

    assert sample("rows_due", stage="message") == 0
    assert sample("queue_depth", queue="payments.receipts") is None


def test_no_address_reaches_the_metrics() -> None:
    message = a_message(to="anna@patients.example")
    models.Message.objects.filter(pk=message.pk).update(state=models.State.FAILED, due_at=None, created_at=Now())

    assert "anna" not in Client().get("/metrics", secure=True).content.decode()


def test_how_long_the_oldest_document_without_a_pdf_has_waited_is_shown_though_it_rests() -> None:
    before = sample("document_pdf_waiting_seconds")
    now = timezone.now()
    receipt = issuing.issue(a_snapshot(), at=now - timedelta(hours=1))
    Receipt.objects.filter(pk=receipt.pk).update(due_at=now + timedelta(hours=1))

    assert before == 0
    assert sample("document_pdf_waiting_seconds") == pytest.approx(3600, abs=60)
