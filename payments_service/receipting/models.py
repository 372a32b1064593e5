"""Views on payments and on what went back of them, for the front desk; receipting has no rows of its own."""

from __future__ import annotations

from payments_service.payments.models import Movement, Payment


class UnsentReceipt(Payment):
    """A payment whose receipt is ready and went nowhere, since nobody said where to."""

    class Meta:
        proxy = True
        verbose_name = "receipt without an address"
        verbose_name_plural = "receipts without an address"


class StuckPayment(Payment):
    """A payment whose receipt can't be issued before somebody has said whose clinic it is."""

    class Meta:
        proxy = True
        verbose_name = "payment without a clinic"
        verbose_name_plural = "payments without a clinic"


class StuckMovement(Movement):
    """A refund or dispute whose document can't be issued without a person."""

    class Meta:
        proxy = True
        verbose_name = "refund or dispute without a document"
        verbose_name_plural = "refunds and disputes without a document"
