"""The story of each message for the clinic's staff, to read and not to edit."""

from __future__ import annotations

from django.contrib import admin

from notifications import models
from servicekit.admin import IDS_ONLY, ReadOnly


class AttemptInline(ReadOnly, admin.TabularInline[models.Attempt, models.Message]):
    """The attempts below their message."""

    model = models.Attempt
    fields = readonly_fields = ("number", "started_at", "finished_at", "outcome", "code")


class TrackingEventInline(ReadOnly, admin.TabularInline[models.TrackingEvent, models.Message]):
    """What the provider reported afterwards, in the order in which it came."""

    model = models.TrackingEvent
    verbose_name_plural = "What the provider reported"
    fields = readonly_fields = ("kind", "code", "at", "received_at")


@admin.register(models.Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin[models.Message]):
    """Dead messages are one click away: filter by state."""

    list_display = (
        "id", "state", "channel", "about", "to", "attempts", "last_error", "possible_double", "created_at", "sent_at",
    )  # fmt: skip
    list_filter = ("state", "channel", "possible_double", "last_error", "created_at")
    search_fields = ("=about", "=dedupe_key", "=message_id", "=provider_message_id")
    search_help_text = IDS_ONLY
    readonly_fields = ("due_at", "attempts", "last_error", "created_at")
    inlines = (AttemptInline, TrackingEventInline)
