"""The stage between money that went back and its PDF: issue the document that says so. Beside `services`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from payments_service.payments import movements
from payments_service.payments import services as payments
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import clinic, corrections, movement_evidence
from receipts import issuing
from servicekit import claims
from servicekit.failures import TryLater

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
Obstacle = Movement.Obstacle


@dataclass(frozen=True, slots=True)
class Due:
    """What has become due: a document's PDF, or a payment's receipt that has to come first."""

    receipt_id: int | None = None
    payment_id: int | None = None


NOTHING = Due()


def document(movement_id: int, *, now: datetime) -> Due:
    """Issue the document of a refund or dispute that is due; nothing when there is nothing to say (yet).

    What Stripe says is asked first, outside any transaction; a failure there leaves the row due later.
    """
    movement = claims.claim(Movement, movement_id, lease=LEASE)
    if movement is None:
        return NOTHING
    with claims.postponed_on_crash(movement):
        try:
            answer = movement_evidence.ask(movement, now=now)
        except TryLater as failure:
            claims.postpone(movement, error=failure.code)
            log.info("correction_waits_for_stripe", movement=movement.stripe_id, code=failure.code)
            return NOTHING
        return documented(movement, answer, now=now)


def documented(claimed: Movement, answer: movement_evidence.Answer, *, now: datetime) -> Due:
    """Write the document, and on the row that it is there, in one transaction; nothing when the lease was lost.

    The payment's row is locked, so that its documents come one after another and each shows the balance after it.
    """
    with transaction.atomic():
        payment = locked_payment(claimed, answer, now=now)
        movement = Movement.objects.select_for_update().get(pk=claimed.pk)
        if movement.attempts != claimed.attempts:
            return NOTHING
        movement.payment = payment
        movements.learn(movement, answer.facts)
        movements.schedule(movement)
        movement.save()
        if not (movement.wants_document or movement.wants_correction):
            return NOTHING
        obstacle = obstacle_to(movement, payment, never_paid=answer.never_paid)
        if obstacle or payment is None:
            return rest(movement, payment, why=obstacle)
        return issued(movement, payment, now=now)


def locked_payment(movement: Movement, answer: movement_evidence.Answer, *, now: datetime) -> Payment | None:
    """The payment that the money came from, locked; made from Stripe's answer when no event has told of it."""
    known = movement.payment or movements.payment_of(movement)
    if known is None and not answer.payment:
        return None
    payment_id = known.pk if known else payments.record(answer.payment, at=now).payment_id
    return Payment.objects.select_for_update().get(pk=payment_id)


def obstacle_to(movement: Movement, payment: Payment | None, *, never_paid: bool) -> str:
    """Why the document can't be issued now; empty when it can."""
    if payment is None:
        return Obstacle.NEVER_PAID if never_paid else Obstacle.PAYMENT_UNKNOWN
    if not payment.receipt_number:
        return Obstacle.RECEIPT_NOT_ISSUED
    if not clinic.is_known(payment.account):
        return Obstacle.NO_PROFILE
    return Obstacle.OTHER_CURRENCY if movement.currency != payment.currency else ""


def rest(movement: Movement, payment: Payment | None, *, why: str) -> Due:
    """Let a row wait for what is missing, or for good; a payment without its receipt is what has to be done first."""
    if why in (Obstacle.NEVER_PAID, Obstacle.OTHER_CURRENCY):
        claims.settle(movement, last_error=why)
    else:
        claims.postpone(movement, error=why)
    log.info("correction_waits", movement=movement.stripe_id, why=why)
    return Due(payment_id=payment.pk) if payment and why == Obstacle.RECEIPT_NOT_ISSUED else NOTHING


def issued(movement: Movement, payment: Payment, *, now: datetime) -> Due:
    """Issue the document and write its number down, in the caller's transaction."""
    profile = clinic.of(payment.account)
    snapshot = corrections.snapshot_of(movement, payment, profile=profile)
    receipt = issuing.issue(snapshot, at=now, clinic=profile.series)
    movements.document(movement, receipt.number)
    movement.save()
    log.info("correction_issued", receipt=receipt.number, movement=movement.stripe_id)
    return Due(receipt_id=receipt.pk)
