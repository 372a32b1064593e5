"""The doors through which workers and Beat come in; each opens onto `services` or a selector."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications.tasks import deliver_email
from payments_service.payments import selectors as payments
from payments_service.receipting import correcting, services
from receipts import selectors as receipts
from servicekit.celery import nudge, sweep

OVERDUE = timedelta(seconds=5)


@shared_task(name="receipting.issue_receipt", soft_time_limit=45, time_limit=50)
def issue_receipt(*, payment_id: int, **_: object) -> None:
    """Issue the receipt of one payment, and nudge what has waited for it."""
    receipt_id = services.issue(payment_id, now=timezone.now())
    if receipt_id is not None:
        nudge(render_receipt, receipt_id=receipt_id)
        for movement_id in payments.movements_due(payment_id):
            nudge(document_movement, movement_id=movement_id)


@shared_task(name="receipting.document_movement", soft_time_limit=45, time_limit=50)
def document_movement(*, movement_id: int, **_: object) -> None:
    """Issue the document of one refund or dispute, or see to the receipt that has to come first."""
    due = correcting.document(movement_id, now=timezone.now())
    if due.receipt_id is not None:
        nudge(render_receipt, receipt_id=due.receipt_id)
    if due.payment_id is not None:
        nudge(issue_receipt, payment_id=due.payment_id)


@shared_task(name="receipting.render_receipt", soft_time_limit=45, time_limit=50)
def render_receipt(*, receipt_id: int, **_: object) -> None:
    """Render one receipt, or what corrects one, and queue its email."""
    message_id = services.render(receipt_id, now=timezone.now())
    if message_id is not None:
        nudge(deliver_email, message_id=message_id)


@shared_task(name="receipting.sweep_receipts", soft_time_limit=20, time_limit=30)
def sweep_receipts(**_: object) -> None:
    """Nudge payments without a receipt, refunds and disputes without a document, and any of these without a PDF."""
    services.release()
    sweep(issue_receipt, lambda most: payments.due_for_receipt(limit=most, overdue=OVERDUE), argument="payment_id")
    sweep(
        document_movement, lambda most: payments.due_for_document(limit=most, overdue=OVERDUE), argument="movement_id"
    )
    sweep(render_receipt, lambda most: receipts.due_for_rendering(limit=most, overdue=OVERDUE), argument="receipt_id")
