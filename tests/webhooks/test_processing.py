"""A kept event is worked on until it is done, by one worker at a time, however often it comes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from payments_service.payments.models import Payment
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from tests.builders import hurry, keep, post
from tests.refusing import refusing
from tests.stripe_events import Payload, a_charge, an_event, events_of_a_payment
from tests.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def a_failed_event() -> Payload:
    """An event whose processing has crashed once."""
    event = an_event("charge.succeeded", a_charge())
    with refusing(Payment, "INSERT", saying="ada.nowak@example.com can't be written"), pytest.raises(DatabaseError):
        processing.process(keep(event), now=timezone.now())
    return event


def row() -> StripeEvent:
    """The only event."""
    return StripeEvent.objects.get()


def test_a_crash_leaves_the_event_to_be_tried_again_and_only_the_kind_of_error_on_it() -> None:
    event = a_failed_event()

    failed = row()

    assert (failed.stripe_id, failed.state, failed.processed_at) == (event["id"], "failed", None)
    assert failed.due_at is not None
    assert failed.due_at > timezone.now()
    assert failed.last_error == "ProgrammingError"
    assert not Payment.objects.exists()


def test_redelivery_after_a_failure_finishes_the_work() -> None:
    event = a_failed_event()

    response = post(event)
    due = processing.process(row().pk, now=timezone.now())

    assert response.status_code == 200
    assert (row().state, row().due_at, row().last_error) == ("processed", None, "")
    assert due.payment_id == Payment.objects.get().pk


def test_a_failure_is_tried_again_without_redelivery_too() -> None:
    a_failed_event()

    too_early = processing.process(row().pk, now=timezone.now())
    hurry(StripeEvent.objects.all())
    in_time = processing.process(row().pk, now=timezone.now())

    assert too_early.payment_id is None
    assert in_time.payment_id == Payment.objects.get().pk
    assert row().state == "processed"


def test_work_that_was_rolled_back_with_its_transaction_is_not_marked_as_done() -> None:
    event_id = keep(an_event("charge.succeeded", a_charge()))

    with transaction.atomic():
        processing.process(event_id, now=timezone.now())
        transaction.set_rollback(True)

    assert (row().state, row().attempts) == ("received", 0)
    assert not Payment.objects.exists()


def test_two_workers_with_the_same_event_do_its_work_once() -> None:
    event_id = keep(an_event("charge.succeeded", a_charge()))

    first = processing.process(event_id, now=timezone.now())
    second = processing.process(event_id, now=timezone.now())

    assert first.payment_id is not None
    assert second.payment_id is None
    assert row().attempts == 1


@pytest.mark.parametrize("round", range(ROUNDS))
def test_the_four_events_of_a_payment_processed_at_the_same_moment_make_one_payment(round: int) -> None:
    ids = [keep(event) for event in events_of_a_payment()]
    start = Barrier(len(ids))

    def work(event_id: int) -> None:
        start.wait()
        processing.process(event_id, now=timezone.now())

    with ThreadPoolExecutor(len(ids)) as threads:
        list(threads.map(lambda event_id: in_thread(lambda: work(event_id)), ids))

    payment = Payment.objects.get()
    assert {each["source"] for each in payment.evidence.values()} == {"charge", "payment_intent", "session"}
    assert sorted(StripeEvent.objects.values_list("state", flat=True)) == ["ignored", *["processed"] * 3]
