"""What each step of a journey asks the database for, counted: who adds a statement sees it here, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Task
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notifications.models import Message
from notifications.tasks import deliver_email
from payments_service.payments.models import Payment
from payments_service.receipting.tasks import issue_receipt, render_receipt
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event, sweep_events
from receipts.models import Receipt
from tests import builders
from tests.stripe_events import Payload, by_type, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND, SESSION, IGNORED = (
    "payment_intent.succeeded",
    "charge.succeeded",
    "checkout.session.completed",
    "charge.updated",
)


@pytest.fixture(autouse=True)
def at_once(settings: Settings) -> None:
    """A receipt is due as soon as its payment is known; the first of the year has been issued."""
    settings.RECEIPT_SETTLE_SECONDS = 0
    builders.issue(builders.a_payment())


@pytest.fixture
def events() -> list[Payload]:
    """What Stripe sends of one payment."""
    return events_of_a_payment()


def asked(task: Task[..., Any], **ids: int) -> list[str]:
    """The statements of one task, those that begin and end a transaction among them."""
    with CaptureQueriesContext(connection) as statements:
        task(**ids)
    return [each["sql"] for each in statements]


def asked_for(events: list[Payload], kind: str) -> list[str]:
    """Those of one event."""
    return asked(process_event, event_id=builders.keep(by_type(events, kind)))


def test_the_first_event_of_a_payment_makes_its_row(events: list[Payload]) -> None:
    statements = asked_for(events, FIRST)

    assert len(statements) == 9, statements


def test_another_one_adds_to_it(events: list[Payload]) -> None:
    builders.take_in([by_type(events, FIRST)])

    statements = [asked_for(events, kind) for kind in (SECOND, SESSION)]

    assert [len(each) for each in statements] == [6, 8], statements  # whether its payer was erased costs one


def test_those_that_mean_nothing_cost_a_few_all_together(events: list[Payload]) -> None:
    for each in (events, events_of_a_payment()):
        builders.keep(by_type(each, IGNORED))

    statements = asked(sweep_events)

    assert not StripeEvent.objects.filter(due_at__isnull=False).exists()
    assert len(statements) == 7, statements


def test_one_that_comes_after_the_receipt_costs_no_more(events: list[Payload]) -> None:
    builders.take_in([by_type(events, FIRST), by_type(events, SESSION)])
    builders.issue(Payment.objects.latest("pk"))

    statements = asked_for(events, SECOND)

    assert len(statements) == 7, statements


def test_a_receipt_is_issued_in_fifteen_statements_with_its_number_and_its_seal(events: list[Payload]) -> None:
    builders.take_in(events)

    statements = asked(issue_receipt, payment_id=Payment.objects.latest("pk").pk)

    assert Receipt.objects.count() == 2
    assert len(statements) == 15, statements


def test_it_is_rendered_and_its_letter_queued_in_six(events: list[Payload]) -> None:
    builders.take_in(events)
    issue_receipt(payment_id=Payment.objects.latest("pk").pk)

    statements = asked(render_receipt, receipt_id=Receipt.objects.latest("pk").pk)

    assert Message.objects.count() == 1
    assert len(statements) == 6, statements


def test_the_letter_is_delivered_in_two_short_transactions(events: list[Payload]) -> None:
    builders.take_in(events)
    issue_receipt(payment_id=Payment.objects.latest("pk").pk)
    render_receipt(receipt_id=Receipt.objects.latest("pk").pk)

    statements = asked(deliver_email, message_id=Message.objects.latest("pk").pk)

    assert Message.objects.get().state == "sent"
    assert len(statements) == 8, statements
