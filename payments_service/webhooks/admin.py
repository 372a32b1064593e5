"""Stripe's events for the front desk: what came, and what became of it."""

from __future__ import annotations

from django.contrib import admin

from payments_service.payments.filters import ByClinic
from payments_service.webhooks.models import StripeEvent
from servicekit.admin import ReadOnly


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, admin.ModelAdmin[StripeEvent]):
    """The inbox; failed events are one click away."""

    list_display = (
        "stripe_id",
        "type",
        "state",
        "received_at",
        "processed_at",
        "attempts",
        "last_error",
        "livemode",
        "account",
    )
    list_filter = ("state", "type", ByClinic, "livemode", "received_at")
    search_fields = ("stripe_id", "body")
    date_hierarchy = "received_at"
