"""With a key, a document says what Stripe says at the time of issue, and what no event has told is asked for."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from payments_service.payments.models import Movement, Payment
from payments_service.receipting import correcting, evidence, selectors
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from scripts.embedded import free_port
from scripts.stripe_standin import StandIn
from tests.builders import correct, hurry, issue, keep, payment_of, take_in
from tests.receipting.paid_visits import movement
from tests.standin import API_KEY, let_stripe_know
from tests.stripe_events import (
    Payload,
    a_charge,
    a_refund,
    an_event,
    by_type,
    events_of_a_dispute,
    events_of_a_payment,
    events_of_a_refund,
)

pytestmark = pytest.mark.django_db
PAID = 12_000


def a_payment_that_stripe_knows(stripe: StandIn) -> tuple[list[Payload], Payload]:
    """Events of a payment of which none has come, and its charge at Stripe's."""
    events = events_of_a_payment(amount=PAID)
    let_stripe_know(stripe, events)
    return events, by_type(events, "charge.succeeded")["data"]["object"]


def a_receipt_that_stripe_knows(stripe: StandIn) -> tuple[list[Payload], Payload]:
    """The same, with the receipt issued."""
    events, charge = a_payment_that_stripe_knows(stripe)
    take_in(events)
    issue(payment_of(events))
    stripe.requests.clear()
    return events, charge


def amounts(events: list[Payload]) -> list[int]:
    """What was issued for the payment of these events."""
    return [receipt.amount for receipt in selectors.documents_of(payment_of(events))]


def asked(stripe: StandIn) -> list[str]:
    """What Stripe was asked for."""
    return [request["path"] for request in stripe.requests]


def the_event() -> StripeEvent:
    """The newest event."""
    return StripeEvent.objects.latest("pk")


# --- About the refund or dispute itself


def test_a_refund_that_has_failed_meanwhile_is_not_documented_though_its_event_says_otherwise(stripe: StandIn) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)
    told = stripe.refund(charge["id"], amount=5_000)
    stripe.bounce(told[0]["data"]["object"]["id"])

    take_in(told)
    issued = correct()

    assert issued == []
    assert (movement().status, movement().due_at) == ("failed", None)
    assert amounts(events) == [PAID]


def test_a_refund_that_still_stands_is_documented(stripe: StandIn) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)

    take_in(stripe.refund(charge["id"], amount=5_000)[:1])
    correct()

    assert amounts(events) == [PAID, -5_000]
    assert asked(stripe) == [f"/v1/refunds/{movement().stripe_id}"]


def test_a_dispute_that_was_won_meanwhile_is_not_documented(stripe: StandIn) -> None:
    _, charge = a_receipt_that_stripe_knows(stripe)
    lost = events_of_a_dispute(charge, outcome="lost", id="dp_1")
    let_stripe_know(stripe, lost[-1:])
    stripe.account.objects["dp_1"]["status"] = "won"

    take_in(lost)
    issued = correct()

    assert issued == []
    assert movement().status == "won"
    assert asked(stripe) == ["/v1/disputes/dp_1"]


@pytest.mark.parametrize(("status", "code"), [(503, "stripe_503"), (429, "RateLimitError")])
def test_stripes_bad_minutes_are_waited_out_with_the_code_on_the_row(stripe: StandIn, status: int, code: str) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)
    take_in(stripe.refund(charge["id"], amount=5_000)[:1])

    stripe.fail(status=status, times=2)
    during = correct()
    rests = movement()
    stripe._failures.clear()
    correct()

    assert during == []
    assert (rests.last_error, rests.document_number) == (code, "")
    assert rests.due_at is not None
    assert amounts(events) == [PAID, -5_000]


def test_after_many_attempts_a_document_from_the_events_is_better_than_none(
    settings: Settings, stripe: StandIn
) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)
    take_in(stripe.refund(charge["id"], amount=5_000)[:1])
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, f"http://127.0.0.1:{free_port()}"
    Movement.objects.update(attempts=evidence.PATIENCE_ATTEMPTS - 2)

    patient = correct()
    correct()

    assert patient == []
    assert amounts(events) == [PAID, -5_000]


def test_what_stripe_does_not_know_is_told_by_the_events_alone(stripe: StandIn) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)

    take_in(events_of_a_refund(charge, amount=5_000))
    correct()

    assert amounts(events) == [PAID, -5_000]


def test_a_connected_accounts_refund_is_asked_for_in_its_name(stripe: StandIn) -> None:
    _, charge = a_receipt_that_stripe_knows(stripe)

    take_in(event | {"account": "acct_1"} for event in stripe.refund(charge["id"], amount=5_000)[:1])
    correct()

    assert {request["headers"].get("stripe-account") for request in stripe.requests} == {"acct_1"}


# --- About a payment whose own events never come


@pytest.mark.parametrize("change", [{}, {"payment_intent": None}])
def test_a_payment_of_which_nothing_was_heard_is_fetched_receipted_and_then_corrected(
    stripe: StandIn, change: Payload
) -> None:
    _, charge = a_payment_that_stripe_knows(stripe)
    (told, *_) = stripe.refund(charge["id"], amount=5_000)
    take_in([told | {"data": {"object": told["data"]["object"] | change}}])
    hurry(Movement.objects.all())

    due = correcting.document(movement().pk, now=timezone.now())
    receipt = issue(Payment.objects.get())
    (document,) = correct()

    assert due.payment_id == Payment.objects.get().pk
    assert receipt is not None
    assert (receipt.reference, receipt.amount) == (charge["payment_intent"], PAID)
    assert document.snapshot["correction"]["receipt"] == receipt.number
    assert receipt.snapshot["payer_name"] == "Ada Nowak"


def test_a_payment_that_was_never_captured_has_nothing_to_correct_and_is_nobodys_task(stripe: StandIn) -> None:
    charge = a_charge(id="ch_held", payment_intent=None, captured=False, amount_captured=0)
    let_stripe_know(stripe, [an_event("charge.succeeded", charge)])

    take_in([an_event("refund.created", a_refund(charge="ch_held", payment_intent=None))])
    issued = correct()

    assert issued == []
    assert (movement().last_error, movement().due_at) == ("never_paid", None)
    assert not selectors.movements_for_a_person().exists()
    assert not Payment.objects.exists()


def test_a_payment_that_stripe_does_not_know_stays_a_persons(stripe: StandIn) -> None:
    take_in([an_event("refund.created", a_refund(charge="ch_of_others", payment_intent=None))])

    issued = correct()

    assert issued == []
    assert movement().due_at is not None
    assert list(selectors.movements_for_a_person()) == [movement()]


# --- About refunds that a charge doesn't list


def test_a_refunded_charge_alone_is_enough_when_stripe_may_be_asked(stripe: StandIn) -> None:
    events, charge = a_payment_that_stripe_knows(stripe)
    stripe.refund(charge["id"], amount=2_000)
    told = by_type(stripe.refund(charge["id"], amount=3_000), "charge.refunded")

    take_in([told])
    issue(payment_of(events))
    correct()

    assert sorted(amounts(events)) == [-3_000, -2_000, PAID]
    assert the_event().state == "processed"


def test_a_refunded_charge_asks_nothing_when_its_refunds_have_told_of_themselves(stripe: StandIn) -> None:
    _, charge = a_receipt_that_stripe_knows(stripe)

    take_in(stripe.refund(charge["id"], amount=5_000))

    assert asked(stripe) == []


def test_while_stripe_cannot_be_asked_the_charges_event_waits(stripe: StandIn) -> None:
    events, charge = a_receipt_that_stripe_knows(stripe)
    told = by_type(stripe.refund(charge["id"], amount=5_000), "charge.refunded")

    stripe.fail(status=503, times=2)
    take_in([told])
    waits = the_event()
    stripe._failures.clear()
    hurry(StripeEvent.objects.all())
    due = processing.process(waits.pk, now=timezone.now())
    correct()

    assert (waits.state, waits.last_error) == ("failed", "stripe_503")
    assert waits.due_at is not None
    assert due.movement_ids == (movement().pk,)
    assert amounts(events) == [PAID, -5_000]
    assert the_event().state == "processed"


def test_without_a_key_the_charges_event_waits_in_sight_until_its_refund_is_told() -> None:
    events = events_of_a_payment(amount=PAID)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    created, told, *_ = events_of_a_refund(charge, amount=5_000)

    event_id = keep(told)
    processing.process(event_id, now=timezone.now())
    waits = the_event()
    take_in([created])
    hurry(StripeEvent.objects.all())
    processing.process(event_id, now=timezone.now())
    issue(payment_of(events))
    correct()

    assert (waits.state, waits.last_error) == ("failed", "refunds_not_told")
    assert StripeEvent.objects.get(pk=event_id).state == "processed"
    assert amounts(events) == [PAID, -5_000]


def test_what_was_only_held_and_let_go_of_at_capture_is_no_refund() -> None:
    charge = a_charge(amount=PAID, amount_captured=7_500, amount_refunded=4_500, payment_intent="pi_1")

    take_in([an_event("charge.refunded", charge)])

    assert the_event().state == "processed"
    assert not Movement.objects.exists()
    assert Receipt.objects.count() == 0


def test_a_charge_that_was_never_captured_pays_and_gives_back_nothing() -> None:
    held = a_charge(captured=False, amount_captured=0, amount_refunded=12_000, refunded=True)

    take_in([an_event("charge.refunded", held)])

    assert the_event().state == "processed"
    assert not Movement.objects.exists()
    assert not Payment.objects.exists()
