"""The row of each day's proof: what came of it, so that the admin shows the past, and whether the clinic was told."""

from __future__ import annotations

from django.db import models

from payments_service.bookkeeping.proof import Outcome
from servicekit import claims


class DayProof(claims.Claimable):
    """One day of the clinic's calendar. `due_at` is when it wants to be proven, for the first time or once more.

    `comparison` is what Stripe said when it was last asked, `chain` what the hashes said then. `reported_at` is when
    the day had its turn in the morning; `message` is the outbox's id of the report, empty when there was nobody to send
    it to. No personal data.
    """

    recurs = True
    day = models.DateField(unique=True)
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(each.value, each.value) for each in Outcome], help_text="Empty: not yet."
    )
    findings = models.PositiveIntegerField(default=0, help_text="What is wrong with the books.")
    to_do = models.PositiveIntegerField(default=0, help_text="What a person had to do.")
    comparison = models.JSONField(default=dict, blank=True)
    chain = models.JSONField(default=dict, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    message = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-day"]
        verbose_name = "daily proof"
        verbose_name_plural = "Daily proof: is everything there, and what is to be done"
        default_permissions = ("view",)
        permissions = [("export_names", "Can export documents with the names of patients")]
        indexes = [claims.due_index("proof_due")]

    def __str__(self) -> str:
        return self.day.isoformat()
