"""A day in the past whose payments, refunds and letters all happened at its noon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import F

from notifications.models import Message
from payments_service.bookkeeping import proving
from payments_service.bookkeeping.proof import Chore, Comparison, Evidence, Open, Proof
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import correcting
from payments_service.receipting import services as receipting
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests.builders import finish, hurry, payment_of, render, take_in
from tests.standin import let_stripe_know
from tests.stripe_events import Payload, by_type, events_of_a_payment, events_of_a_refund

DAY = date(2026, 9, 21)
NOON = datetime(2026, 9, 21, 10, tzinfo=UTC)
MORNING_AFTER = NOON + timedelta(hours=20)
NOBODY_ASKED = Comparison(why_not="not_yet")


def a_payment_at_noon(*, minutes: int = 0, stripe: StandIn | None = None, **about: Any) -> list[Payload]:
    """The events of a payment at noon or so many minutes later, which Stripe knows of, if there is one."""
    events = events_of_a_payment(created=int(NOON.timestamp()) + 60 * minutes, **about)
    if stripe is not None:
        let_stripe_know(stripe, events)
    return events


def a_receipted_payment(**about: Any) -> Receipt:
    """A payment at noon with its receipt, sent a moment later when there is an address."""
    events = a_payment_at_noon(**about)
    take_in(events)
    receipt = finished(payment_of(events), at=NOON)
    as_of_noon()
    return receipt


def a_payment_without_receipt(**about: Any) -> Payment:
    """A payment at noon that nobody has issued a receipt for."""
    events = a_payment_at_noon(**about)
    take_in(events)
    as_of_noon()
    return payment_of(events)


def a_documented_refund(
    *, amount: int, later: timedelta = timedelta(0), stripe: StandIn | None = None, **about: Any
) -> Receipt:
    """Money of a payment at noon that went back so much later, and its document."""
    events = a_payment_at_noon(stripe=stripe, **about)
    take_in(events)
    finished(payment_of(events), at=NOON)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    told = events_of_a_refund(charge, amount=amount, created=int((NOON + later).timestamp()))
    if stripe is not None:
        let_stripe_know(stripe, [told[0]])
    take_in(told)
    document = corrected(at=NOON + later)
    as_of_noon()
    return document


def finished(payment: Payment, *, at: datetime) -> Receipt:
    """The payment's receipt, issued at that time and sent."""
    hurry(Payment.objects.filter(pk=payment.pk))
    receipting.issue(payment.pk, now=at)
    return finish(payment)


def corrected(*, at: datetime) -> Receipt:
    """The document of the only refund that has none yet, issued at that time and ready."""
    waiting = Movement.objects.filter(due_at__isnull=False)
    hurry(waiting)
    due = correcting.document(waiting.get().pk, now=at)
    assert due.receipt_id is not None
    document = Receipt.objects.get(pk=due.receipt_id)
    render(document)
    document.refresh_from_db()
    return document


def as_of_noon() -> None:
    """Let everything have been written down when it happened, and not when the test ran."""
    Payment.objects.update(recorded_at=F("paid_at"))
    Movement.objects.update(recorded_at=F("moved_at"))
    StripeEvent.objects.update(received_at=F("created"))
    for number, when in Receipt.objects.values_list("number", "issued_at"):
        Message.objects.filter(about=number).update(created_at=when)


def proof_of(day: date = DAY, *, now: datetime = MORNING_AFTER) -> Proof:
    """The proof of the day from our rows alone, as it is made on the morning after it."""
    return proving.of_day(day, now=now, evidence=Evidence(NOBODY_ASKED))


def checked(day: date = DAY, *, now: datetime = MORNING_AFTER) -> Proof:
    """The proof of the day with what Stripe and the chain say of it now."""
    evidence = proving.evidence(day, comparison=proving.ask_stripe_once(day, now=now))
    return proving.of_day(day, now=now, evidence=evidence)


def to_do(proof: Proof, chore: Chore) -> Open | None:
    """What there is to do of one kind."""
    return next((each for each in proof.to_do if each.chore == chore), None)
