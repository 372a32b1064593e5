"""A view on payments for the front desk; receipting has no rows of its own."""

from __future__ import annotations

from payments_service.payments.models import Payment


class UnsentReceipt(Payment):
    """A payment whose receipt is ready and went nowhere, since nobody said where to."""

    class Meta:
        proxy = True
        verbose_name = "receipt without an address"
        verbose_name_plural = "receipts without an address"
