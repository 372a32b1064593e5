"""Runs through Stripe's lists for the front desk, and the events that came in by them instead of the webhook."""

from __future__ import annotations

from django.contrib import admin

from payments_service.reconciling.models import Arrival, Run
from servicekit.admin import IDS_ONLY, ReadOnly


@admin.register(Run)
class RunAdmin(ReadOnly, admin.ModelAdmin[Run]):
    """How far each run has come."""

    list_display = (
        "started_at",
        "by",
        "state",
        "since",
        "until",
        "looked_at",
        "known",
        "brought_in",
        "failed_before",
        "refused",
    )
    list_filter = ("state", "by", "started_at")
    date_hierarchy = "started_at"


@admin.register(Arrival)
class ArrivalAdmin(ReadOnly, admin.ModelAdmin[Arrival]):
    """Events that the webhook never brought."""

    list_display = ("event", "how", "state", "made", "run")
    list_filter = ("how", "event__type", "event__received_at")
    search_fields = ("event__stripe_id",)
    search_help_text = IDS_ONLY
    list_select_related = ("event", "run")

    @admin.display(ordering="event__state")
    def state(self, arrival: Arrival) -> str:
        """How far the event has come since."""
        return arrival.event.get_state_display()

    @admin.display(ordering="event__created", description="made by Stripe at")
    def made(self, arrival: Arrival) -> str:
        """When it should have come."""
        return f"{arrival.event.created:%Y-%m-%d %H:%M}"
