"""Checkouts and payments for the front desk, to read."""

from __future__ import annotations

from django.contrib import admin

from payments_service.payments.models import Checkout, Payment
from receipts import money
from servicekit.admin import ReadOnly


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, admin.ModelAdmin[Checkout]):
    """What was to be paid."""

    list_display = ("reference", "visit_id", "status", "currency", "created_at")
    list_filter = ("status", "currency", "created_at")
    search_fields = ("reference", "visit_id", "stripe_session_id", "patient_name", "patient_email")


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin[Payment]):
    """What was paid, and the number of its receipt."""

    list_display = ("stripe_id", "total", "paid_at", "receipt_number", "livemode", "attempts", "last_error")
    list_filter = ("livemode", "currency", "paid_at")
    search_fields = ("stripe_id", "charge", "session", "receipt_number", "email", "checkout__patient_name")
    list_select_related = ("checkout",)
    date_hierarchy = "paid_at"

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: Payment) -> str:
        """The amount with its currency."""
        return money.format_amount(payment.amount, currency=payment.currency.upper(), locale="en")
