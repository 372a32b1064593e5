"""Refunds and disputes grow from facts, in any order and number; whoever recorded some is told which are due.

As `services` is for payments. A payment's row is locked before those of its movements, never after them: else an event
and the stage that issues a document could wait for each other in a circle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db.models import Q, Sum

from payments_service.payments import refund_facts
from payments_service.payments.models import Movement, Payment
from payments_service.payments.refund_facts import Facts
from servicekit import claims


def record(facts: Iterable[Facts], *, at: datetime) -> list[int]:
    """Add facts about any number of refunds and disputes, making their rows; the ids of those with a document due.

    Call inside a transaction: the rows stay locked until it ends. They are taken in the order of their ids, so that
    two events with the same refunds don't wait for each other in a circle.
    """
    due = []
    for _, said in groupby(sorted(facts, key=attrgetter("movement")), key=attrgetter("movement")):
        movement = recorded(list(said), at=at)
        due += [movement.pk] if movement.wants_document or movement.wants_correction else []
    return due


def recorded(facts: Sequence[Facts], *, at: datetime) -> Movement:
    """The row of one refund or dispute, with these facts added; due at once when a document has to be issued."""
    payment = payment_of(facts[0])
    payment = Payment.objects.select_for_update().get(pk=payment.pk) if payment else None
    movement = locked(facts[0], at=at)
    learn(movement, facts)
    movement.payment = movement.payment or payment
    schedule(movement)
    movement.save()
    return movement


def locked(facts: Facts, *, at: datetime) -> Movement:
    """The row, made if need be, locked for the rest of the transaction."""
    new = Movement(stripe_id=facts.movement, kind=facts.kind, recorded_at=at)
    Movement.objects.bulk_create([new], ignore_conflicts=True)
    return Movement.objects.select_for_update().get(stripe_id=facts.movement)


def learn(movement: Movement, facts: Iterable[Facts]) -> None:
    """Add facts to a row (unsaved) and set its columns from all that is known."""
    movement.evidence |= {each.origin: dataclasses.asdict(each) for each in facts}
    merged = known(movement)
    movement.payment_intent, movement.charge = merged.payment_intent, merged.charge
    movement.livemode, movement.account = merged.livemode, merged.account
    movement.amount, movement.currency = merged.amount, merged.currency.lower()
    movement.status, movement.reason = merged.status, merged.reason
    movement.moved_at = datetime.fromtimestamp(merged.moved_at, UTC)
    movement.returned = merged.returned


def known(movement: Movement) -> Facts:
    """What all events say together."""
    return refund_facts.merge(Facts(**each) for each in movement.evidence.values())


def schedule(movement: Movement) -> None:
    """Set (unsaved) whether the row wants work: now, not any more, or a person's, which its `last_error` says then."""
    wanted = movement.wants_document or movement.wants_correction
    movement.due_at = claims.after(timedelta(0)) if wanted else None
    changed_again = not wanted and movement.returned != movement.documented
    movement.last_error = Movement.Obstacle.CHANGED_AGAIN if changed_again else ""


def document(movement: Movement, number: str) -> None:
    """Write down (unsaved) that a document was issued which says what is known now."""
    if movement.wants_document:
        movement.document_number = number
    else:
        movement.correction_number = number
    movement.documented = movement.returned
    schedule(movement)


def payment_of(movement: Movement | Facts) -> Payment | None:
    """The payment that it takes from, if one of the payment's own events has come."""
    if movement.payment_intent:
        return Payment.objects.filter(stripe_id=movement.payment_intent).first()
    return Payment.objects.filter(Q(stripe_id=movement.charge) | Q(charge=movement.charge)).first()


def link(payment: Payment) -> None:
    """Give a payment the refunds and disputes that came before it, which nobody has to look for any more."""
    same = Q(payment_intent=payment.payment_intent) if payment.payment_intent else Q()
    same |= Q(payment_intent="", charge=payment.charge) if payment.charge else Q()
    if same:
        Movement.objects.filter(same, payment=None).update(payment=payment, last_error="")


def wake(payment: Payment) -> None:
    """Let what has waited for a payment's receipt be documented now. Call it with the payment's row locked."""
    link(payment)
    claims.wake(Movement.objects.filter(payment=payment, due_at__isnull=False))


def refunds_known(charge_id: str) -> int:
    """The sum of all refunds of a charge that were ever told, whatever became of them."""
    told = Movement.objects.filter(charge=charge_id, kind=Movement.Kind.REFUND)
    return told.aggregate(sum=Sum("amount", default=0))["sum"] or 0
