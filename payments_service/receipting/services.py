"""The stages between a payment and its receipt's email: issue, render, queue. Each says what has become due.

From the PDF on, the documents that correct a receipt (see `correcting`) go the same way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now

from payments_service.payments import movements, stripe_facts
from payments_service.payments import services as payments
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import clinic, evidence, selectors, sending, snapshots
from receipts import filing, issuing
from receipts.models import Receipt
from servicekit import claims
from servicekit.failures import TryLater

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
FIRST_LOOKS = 3
SOON = timedelta(seconds=2)


def issue(payment_id: int, *, now: datetime) -> int | None:
    """Issue the receipt of a payment that is due; the receipt's id, or None when there is nothing to do (yet).

    It waits while nobody has said which clinic its account belongs to. What Stripe says is asked first, outside any
    transaction; a failure there leaves the payment due later.
    """
    payment = claims.claim(Payment, payment_id, lease=LEASE)
    if payment is None:
        return None
    with claims.postponed_on_crash(payment):
        try:
            clinic.of(payment.account)  # before Stripe is asked: nothing will come of it while nobody knows whose it is
            return issued(payment, evidence.ask(payment, now=now), now=now)
        except TryLater as failure:
            wait = SOON if payment.attempts <= FIRST_LOOKS else None
            claims.postpone(payment, error=failure.code, wait=wait)
            log.info("receipt_waits", payment=payment.stripe_id, code=failure.code)
            return None


def issued(claimed: Payment, answer: evidence.Answer, *, now: datetime) -> int | None:
    """Write the receipt and the payment's end of waiting in one transaction; None when the lease was lost.

    What has waited for the receipt, to correct it, is due now.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update().get(pk=claimed.pk)
        if payment.attempts != claimed.attempts or payment.receipt_number:
            return None
        payments.learn(payment, answer.facts)
        facts = stripe_facts.merge(payments.known(payment))
        profile = clinic.of(payment.account)
        snapshot = snapshots.receipt_of(payment, facts, items=answer.items, profile=profile)
        receipt = issuing.issue(snapshot, at=now, clinic=profile.series)
        payment.receipt_number, payment.due_at, payment.last_error = receipt.number, None, ""
        payment.save()
        movements.wake(payment)
    log.info("receipt_issued", receipt=receipt.number, payment=payment.stripe_id)
    return receipt.pk


def release() -> None:
    """Let go on what has waited for the profile of its clinic, now that there is one: due at once, and as if new."""
    let_go(Payment.objects.all(), account="account")
    let_go(Movement.objects.all(), account="payment__account")


def let_go(rows: models.QuerySet[Any], *, account: str) -> None:
    """The same for one kind of row; only those that want work are looked at, which are few."""
    waiting = rows.filter(due_at__isnull=False, last_error=Payment.NO_PROFILE)
    if settings.CLINIC_PROFILES:
        waiting = waiting.filter(**{f"{account}__in": settings.CLINIC_PROFILES})
    waiting.update(due_at=Now(), last_error="", attempts=0)


def render(receipt_id: int, *, now: datetime) -> int | None:
    """Render a receipt that is due, keep its PDF and queue its email; the message's id, if there is one to deliver."""
    receipt = filing.claim(receipt_id)
    if receipt is None:
        return None
    with claims.postponed_on_crash(receipt):
        try:
            return rendered(receipt, filing.file_pdf(receipt), now=now)
        except TryLater as failure:
            claims.postpone(receipt, error=failure.code)
            log.warning("receipt_not_stored", receipt=receipt.number, code=failure.code)
            return None


def rendered(receipt: Receipt, filed: filing.Filed, *, now: datetime) -> int | None:
    """Write down where the PDF is and queue the email, in one transaction; None when the lease was lost."""
    with transaction.atomic():
        payment = selectors.payment_of(receipt, lock=True)
        if not filing.record(receipt, filed, now=now):
            return None
        message_id = sending.send_first(receipt, payment, is_new=receipt.rendered_at is None)
    log.info("receipt_rendered", receipt=receipt.number, queued=message_id is not None)
    return message_id


def send_if_waiting(payment_id: int) -> list[int]:
    """Queue the first email of every document that had nobody to go to, now that the payment may know.

    Call it after `payments.record` and in its transaction, which holds the payment's lock.
    """
    return sending.send_waiting(Payment.objects.get(pk=payment_id))
