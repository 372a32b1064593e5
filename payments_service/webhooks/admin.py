"""Stripe's events for the front desk: what came, and what became of it."""

from __future__ import annotations

from django.contrib import admin

from payments_service.payments.filters import ByClinic
from payments_service.webhooks import obstacles
from payments_service.webhooks.models import StripeEvent
from servicekit.admin import IDS_ONLY, ReadOnly


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, admin.ModelAdmin[StripeEvent]):
    """The inbox; failed events are one click away."""

    list_display = (
        "stripe_id", "type", "state", "received_at", "processed_at", "attempts", "obstacle", "account", "livemode",
    )  # fmt: skip
    list_filter = ("state", "type", ByClinic, "livemode", "received_at")
    search_fields = ("stripe_id", "account")
    search_help_text = IDS_ONLY
    date_hierarchy = "received_at"

    @admin.display(description="last error", ordering="last_error")
    def obstacle(self, event: StripeEvent) -> str:
        """What stands in its way, and what to do."""
        return obstacles.hint(event.last_error)
