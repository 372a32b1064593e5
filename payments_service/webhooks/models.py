"""The inbox: every event that Stripe signed, once, exactly as it came."""

from __future__ import annotations

from django.db import models

from servicekit import claims


class StripeEvent(claims.Claimable):
    """One event of Stripe's. `body` is the text that was signed; what it means is decided when it is processed.

    Once `purged_at` is set, `body` names the object that it was about and nothing else.
    """

    class State(models.TextChoices):
        """How far it got. A failed event is tried again until it works; one given up waits for a person."""

        RECEIVED = "received"
        PROCESSED = "processed"
        IGNORED = "ignored"
        FAILED = "failed"
        GIVEN_UP = "given_up"

    UNFINISHED = (State.FAILED, State.GIVEN_UP)
    """What another delivery, or a person, gives another try."""

    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=255)
    object = models.CharField(max_length=20)
    created = models.DateTimeField(help_text="By Stripe's clock.")
    livemode = models.BooleanField()
    account = models.CharField(max_length=255, blank=True, help_text="The connected account that it is about, if any.")
    api_version = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    processed_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            claims.due_index("event_due"),
            models.Index(fields=["received_at"], name="event_received"),
            models.Index(
                fields=["received_at"],
                name="event_with_text",
                condition=models.Q(purged_at__isnull=True, due_at__isnull=True),
            ),
            models.Index(
                fields=["received_at"],
                name="event_unfinished",
                condition=models.Q(state__in=["failed", "given_up"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.stripe_id}"
