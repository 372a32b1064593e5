"""The story of each message for the clinic's staff, to read and not to edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from notifications import models

if TYPE_CHECKING:
    MessageBase = admin.ModelAdmin[models.Message]
    AttemptBase = admin.TabularInline[models.Attempt, models.Message]
else:
    MessageBase = admin.ModelAdmin
    AttemptBase = admin.TabularInline


class ReadOnly:
    """A record isn't added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False


class AttemptInline(ReadOnly, AttemptBase):
    """The attempts below their message."""

    model = models.Attempt
    fields = readonly_fields = ("number", "started_at", "finished_at", "outcome", "code")


@admin.register(models.Message)
class MessageAdmin(ReadOnly, MessageBase):
    """Dead messages are one click away: filter by state."""

    list_display = (
        "id", "state", "channel", "about", "to", "attempts", "last_error", "possible_double", "created_at", "sent_at",
    )  # fmt: skip
    list_filter = ("state", "channel", "possible_double", "last_error", "created_at")
    search_fields = ("=about", "=to", "=dedupe_key", "=message_id", "=provider_message_id")
    readonly_fields = ("due_at", "attempts", "last_error", "created_at")
    inlines = (AttemptInline,)
