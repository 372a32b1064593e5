"""What is older than Stripe's events is found by its charges, refunds and disputes as they stand now."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from payments_service.payments.models import Movement, Payment
from payments_service.reconciling.models import Arrival
from payments_service.webhooks.models import StripeEvent
from scripts.stripe_standin import StandIn
from tests.builders import issue, take_in
from tests.reconciling.builders import DAY, HOUR, a_lost_payment, ago, process_all, reconcile, reconciled
from tests.standin import let_stripe_know
from tests.stripe_events import (
    Payload,
    a_charge,
    a_dispute,
    by_type,
    events_of_a_dispute,
    events_of_a_payment,
    events_of_a_refund,
    refund_of,
)

pytestmark = pytest.mark.django_db
LONG_AGO = 60 * DAY


def an_old_payment(stripe: StandIn) -> list[Payload]:
    """A payment whose events Stripe has forgotten, and whose objects it has."""
    events = events_of_a_payment(created=ago(LONG_AGO), email="ada@example.com")
    let_stripe_know(stripe, events)
    return events


def charge_of(events: list[Payload]) -> Payload:
    """The charge of a payment."""
    charge: Payload = by_type(events, "charge.succeeded")["data"]["object"]
    return charge


def made_up() -> list[str]:
    """The ids of the events that were made from lists."""
    return list(StripeEvent.objects.filter(stripe_id__startswith="reconciled_").values_list("stripe_id", flat=True))


def test_an_old_charge_becomes_an_event_that_says_that_it_was_made(stripe: StandIn) -> None:
    charge = charge_of(an_old_payment(stripe))

    reconcile("--since", "90d")

    row = StripeEvent.objects.get()
    body = json.loads(row.body)
    assert (row.stripe_id, row.type) == (f"reconciled_{charge['id']}", "charge.succeeded")
    assert body["made_from"] == "Stripe's list of charges, by reconciliation"
    assert body["data"]["object"]["id"] == charge["id"]
    assert Arrival.objects.get().how == "older"


def test_a_dry_run_says_when_an_old_charge_was_made(stripe: StandIn) -> None:
    charge = charge_of(an_old_payment(stripe))

    (missing,) = reconciled("--since", "90d", "--dry-run")["missing"]

    assert datetime.fromisoformat(missing["created"]).timestamp() == charge["created"]
    assert (missing["amount"], missing["how"]) == (12_000, "older")


def test_its_payment_gets_its_receipt_once_however_often_it_is_found(stripe: StandIn) -> None:
    events = an_old_payment(stripe)

    reconcile("--since", "90d")
    again = reconciled("--since", "90d")
    process_all()
    take_in(events)
    receipt = issue(Payment.objects.get())

    assert again["brought_in"] == 0
    assert receipt is not None
    assert (receipt.amount, receipt.reference) == (12_000, charge_of(events)["payment_intent"])


def test_a_charge_whose_payment_is_known_by_its_payment_intent_brings_nothing(stripe: StandIn) -> None:
    events = an_old_payment(stripe)
    take_in([by_type(events, "checkout.session.completed")])

    said = reconciled("--since", "90d")

    assert (said["looked_at"], said["known"], said["brought_in"]) == (1, 1, 0)
    assert made_up() == []


def test_a_charge_that_failed_or_was_only_held_means_nothing(stripe: StandIn) -> None:
    stripe.account.keep(a_charge(created=ago(LONG_AGO), paid=False, status="failed"))
    stripe.account.keep(a_charge(created=ago(LONG_AGO), captured=False))

    said = reconciled("--since", "90d")

    assert (said["looked_at"], said["known"], said["brought_in"]) == (2, 0, 0)


def test_a_refund_and_a_lost_dispute_of_old_become_documents(stripe: StandIn) -> None:
    events = an_old_payment(stripe)
    take_in(events)
    issue(Payment.objects.get())
    refunds = events_of_a_refund(charge_of(events), amount=2_000, created=ago(50 * DAY))
    disputes = events_of_a_dispute(charge_of(events), outcome="lost", amount=10_000, created=ago(50 * DAY))
    let_stripe_know(stripe, [*refunds, *disputes])

    reconcile("--since", "90d")
    process_all()

    assert set(Movement.objects.values_list("kind", "returned")) == {("refund", 2_000), ("dispute", 10_000)}
    assert all(movement.wants_document for movement in Movement.objects.all())


def test_what_became_of_a_refund_later_comes_in_though_the_refund_is_known(stripe: StandIn) -> None:
    events = an_old_payment(stripe)
    refund = refund_of(charge_of(events), amount=2_000, created=ago(50 * DAY))
    take_in([*events, events_of_a_refund(charge_of(events), amount=2_000, id=refund["id"])[0]])
    stripe.account.keep(refund | {"status": "failed"})

    reconcile("--since", "90d")
    process_all()
    again = reconciled("--since", "90d")

    assert made_up() == [f"reconciled_{refund['id']}_failed"]
    assert Movement.objects.get().status == "failed"
    assert again["brought_in"] == 0


def test_a_dispute_that_is_known_as_it_stands_brings_nothing(stripe: StandIn) -> None:
    events = an_old_payment(stripe)
    told = events_of_a_dispute(charge_of(events), outcome="open", created=ago(50 * DAY))
    take_in([*events, *told])
    let_stripe_know(stripe, told)

    said = reconciled("--since", "90d")

    assert made_up() == []
    assert said["brought_in"] == 0


def test_what_is_older_than_asked_for_is_not_touched(stripe: StandIn) -> None:
    an_old_payment(stripe)
    stripe.account.keep(a_dispute(created=ago(LONG_AGO)))

    said = reconciled("--since", "45d")

    assert said["looked_at"] == 0


def test_the_last_thirty_days_are_told_by_events_alone(stripe: StandIn) -> None:
    a_lost_payment(stripe, before=HOUR)

    reconcile("--since", "30d")

    assert made_up() == []
    assert StripeEvent.objects.count() == 3
    assert {call["path"] for call in stripe.requests} == {"/v1/events"}
