"""What was sent again, and why: written by `redoing`, and never changed."""

from __future__ import annotations

from django.db import models

LONGEST_REASON = 500


class Replay(models.Model):
    """One document that was sent again because somebody gave a reason; the same reason counts once for a document."""

    class Door(models.TextChoices):
        """Where it was asked for."""

        COMMAND = "command"
        ADMIN = "admin"

    at = models.DateTimeField()
    door = models.CharField(max_length=10, choices=Door)
    by = models.CharField(max_length=150, blank=True, help_text="The member of staff, or what --by said.")
    reason = models.CharField(max_length=LONGEST_REASON)
    event = models.CharField(
        max_length=255, blank=True, help_text="Stripe's event that was replayed; empty for a document by itself."
    )
    document = models.CharField(max_length=60)
    message = models.PositiveBigIntegerField(help_text="The number of the message that was queued.")

    class Meta:
        verbose_name, verbose_name_plural = "document sent again", "documents sent again"
        ordering = ["-at", "-pk"]
        default_permissions = ("add", "view")  # who may replay, and who may read of it; nobody changes it
        indexes = [models.Index(fields=["at"], name="replay_at")]
        constraints = [
            models.UniqueConstraint(fields=["document", "reason"], name="sent_again_once_for_a_reason"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="sent_again_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.document} again"
