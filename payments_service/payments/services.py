"""Payments grow from facts, in any order and number; whoever recorded one is told whether a receipt is due."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from payments_service.payments import movements, stripe_facts
from payments_service.payments.models import Checkout, Payment
from payments_service.payments.stripe_facts import Facts
from servicekit import claims

ABOUT_PEOPLE = ("email", "name", "description", "method_last4")
"""The facts that say who paid, or what for."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording has changed: the payment's row, and the seconds until its receipt is due (None: not any more).

    `reachable` says that there is a receipt, and that it has just become known where it goes, or changed.
    `forgotten`: who paid has been erased, and nothing else that tells of them may be kept either.
    """

    payment_id: int
    due_in: float | None
    reachable: bool
    forgotten: bool = False


def record(facts: Sequence[Facts], *, at: datetime) -> Recorded:
    """Add facts about one payment, making its row if they are the first. Call inside a transaction.

    The row stays locked until the caller's transaction ends, so events of one payment queue up behind each other.
    """
    payment = locked(facts[0].payment, at=at)
    names, address = names_of(payment), payment.email
    learn(payment, facts)
    payment.save()
    if names_of(payment) != names:
        movements.link(payment)
    waiting = payment.due_at is not None
    due_in = settle_seconds() if waiting else None
    reachable = bool(payment.receipt_number) and payment.email != address
    return Recorded(payment.pk, due_in=due_in, reachable=reachable, forgotten=payment.forgotten_at is not None)


def names_of(payment: Payment) -> tuple[str, str]:
    """What refunds and disputes know a payment by."""
    return payment.payment_intent, payment.charge


def learn(payment: Payment, facts: Sequence[Facts]) -> None:
    """Add facts to a payment (unsaved) and set its columns from all that is known."""
    told = [impersonal(each) for each in facts] if payment.forgotten_at else facts
    payment.evidence |= {f"{each.origin}:{each.source}": dataclasses.asdict(each) for each in told}
    adopt(payment, stripe_facts.merge(known(payment)))


def impersonal(facts: Facts) -> Facts:
    """What is taken in about a payment whose payer was forgotten."""
    return Facts(**without_person(dataclasses.asdict(facts)))


def without_person(facts: Mapping[str, Any]) -> dict[str, Any]:
    """One event's facts, as a row keeps them, without what they say of people."""
    return {**facts, **dict.fromkeys(ABOUT_PEOPLE, "")}


def locked(stripe_id: str, *, at: datetime) -> Payment:
    """The payment's row, made if need be, locked for the rest of the transaction."""
    rows = Payment.objects.select_for_update().filter(stripe_id=stripe_id)
    if known := rows.first():
        return known
    new = Payment(stripe_id=stripe_id, recorded_at=at, due_at=claims.after_seconds(settle_seconds()))
    Payment.objects.bulk_create([new], ignore_conflicts=True)
    return rows.get()


def settle_seconds() -> float:
    """How long richer events may take to arrive; not at all when Stripe can be asked at the time of issue."""
    return 0.0 if settings.STRIPE_API_KEY else settings.RECEIPT_SETTLE_SECONDS


def known(payment: Payment) -> list[Facts]:
    """Every fact that events have brought."""
    return [Facts(**each) for each in payment.evidence.values()]


def adopt(payment: Payment, facts: Facts) -> None:
    """Set the payment's columns from its merged facts (unsaved)."""
    payment.payment_intent, payment.charge, payment.session = facts.payment_intent, facts.charge, facts.session
    payment.livemode = facts.livemode
    payment.amount, payment.currency = facts.amount, facts.currency.lower()
    payment.paid_at = datetime.fromtimestamp(facts.paid_at, UTC)
    payment.checkout = payment.checkout or checkout_of(facts)
    payment.account = facts.account or (payment.checkout.account if payment.checkout else "")
    ours = payment.checkout if payment.checkout and not payment.checkout.forgotten_at else None
    address = ours.patient_email if ours else facts.email  # who was erased and pays after all said where to write to
    payment.email = "" if payment.forgotten_at else address or payment.email  # which staff may have added


def checkout_of(facts: Facts) -> Checkout | None:
    """Our checkout that this payment belongs to; None for one that was opened elsewhere.

    What was opened for one account is never another one's, whatever its metadata say: the receipt would give one
    clinic's patient away to the other.
    """
    if not facts.checkout and not facts.session:
        return None
    candidates = Checkout.objects.filter(account__in=["", facts.account]) if facts.account else Checkout.objects.all()
    by_reference = candidates.filter(reference=facts.checkout).first() if facts.checkout else None
    return by_reference or candidates.filter(stripe_session_id=facts.session).first()


def close_checkout(session_id: str, *, status: str | None) -> bool:
    """Follow Stripe's word on a session, if we opened it; whether whom it was for has been erased.

    A complete one stays complete, and a status that we don't know changes nothing.
    """
    rows = Checkout.objects.filter(stripe_session_id=session_id)
    ours = rows.values_list("status", "forgotten_at").first()
    if ours is None:
        return False
    if status in Checkout.Status.values and status != ours[0]:
        rows.exclude(status=Checkout.Status.COMPLETE).update(status=status)
    return ours[1] is not None
