"""Checkouts, payments, refunds and disputes for the front desk, to read."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from payments_service.payments import obstacles, words
from payments_service.payments.filters import ByClinic
from payments_service.payments.models import Checkout, Dispute, Movement, Payment, Refund
from receipts import money
from servicekit.admin import IDS_ONLY, ReadOnly
from servicekit.claims import Claimable

Row = TypeVar("Row", bound=Movement)
RAW = "webhooks.view_stripeevent"
"""Whoever may read Stripe's events may read what they said of a payment, word for word."""


PEOPLE = "payments.view_checkout"
"""Whoever may see checkouts may see who paid, and where the receipt went."""


class Merged(ReadOnly):
    """Columns to read; whom they are about and what they were merged from is for those who may see that elsewhere."""

    def get_exclude(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """The raw evidence without a right to events, the payer's address and the checkout without one to checkouts."""
        evidence = () if request.user.has_perm(RAW) else ("evidence",)
        return evidence if request.user.has_perm(PEOPLE) else (*evidence, "email", "checkout")

    @admin.display(description="waits for", ordering="last_error")
    def waits_for(self, row: Claimable) -> str:
        """What is in the way of its document, in words."""
        return obstacles.sentence(row.last_error, words=words.of("en"))


@admin.register(Checkout)
class CheckoutAdmin(ReadOnly, admin.ModelAdmin[Checkout]):
    """What was to be paid."""

    list_display = ("reference", "visit_id", "account", "status", "currency", "created_at")
    list_filter = ("status", ByClinic, "currency", "created_at")
    search_fields = ("reference", "visit_id", "stripe_session_id")
    search_help_text = IDS_ONLY


@admin.register(Payment)
class PaymentAdmin(Merged, admin.ModelAdmin[Payment]):
    """What was paid, and the number of its receipt."""

    list_display = ("stripe_id", "account", "total", "paid_at", "receipt_number", "livemode", "attempts", "waits_for")
    list_filter = (ByClinic, "livemode", "currency", "paid_at")
    search_fields = ("stripe_id", "charge", "session", "account", "receipt_number")
    search_help_text = IDS_ONLY
    list_select_related = ("checkout",)
    date_hierarchy = "paid_at"

    @admin.display(description="amount", ordering="amount")
    def total(self, payment: Payment) -> str:
        """The amount with its currency."""
        return money.format_amount(payment.amount, currency=payment.currency.upper(), locale="en")


class MovementAdmin(Merged, admin.ModelAdmin[Row]):
    """What went back of a payment, and the numbers of the documents that say so."""

    kind: ClassVar[str]
    list_display = (
        "stripe_id",
        "total",
        "status",
        "moved_at",
        "receipt",
        "document_number",
        "correction_number",
        "livemode",
        "waits_for",
    )
    list_filter = ("status", ByClinic, "livemode", "currency", "moved_at")
    search_fields = (
        "stripe_id",
        "payment_intent",
        "charge",
        "document_number",
        "correction_number",
        "payment__receipt_number",
    )
    search_help_text = IDS_ONLY
    list_select_related = ("payment",)
    date_hierarchy = "moved_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        """Only those of this kind."""
        return super().get_queryset(request).filter(kind=self.kind)

    @admin.display(description="amount", ordering="amount")
    def total(self, movement: Row) -> str:
        """The amount with its currency."""
        return money.format_amount(movement.amount, currency=movement.currency.upper(), locale="en")

    @admin.display(description="receipt")
    def receipt(self, movement: Row) -> str:
        """The number of the payment's receipt."""
        return movement.payment.receipt_number if movement.payment else ""


@admin.register(Refund)
class RefundAdmin(MovementAdmin[Refund]):
    """What the clinic gave back."""

    kind = Movement.Kind.REFUND


@admin.register(Dispute)
class DisputeAdmin(MovementAdmin[Dispute]):
    """What payers have contested at their bank."""

    kind = Movement.Kind.DISPUTE
