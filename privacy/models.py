"""The record of what was forgotten, and of who asked for a person's data: counts and keyed hashes, nobody's name."""

from __future__ import annotations

from django.db import models

from servicekit import claims


class PurgeTurn(claims.Claimable):
    """One row only: who purges holds its lease. `due_at` is when Beat goes on: at once with what isn't done."""

    recurs = True

    class Meta:
        indexes = [claims.due_index("purge_due")]

    def __str__(self) -> str:
        return "the turn to purge"


class Purge(models.Model):
    """One run of the purge: how many rows of each kind were forgotten. A run that was killed is gone on with."""

    by = models.CharField(max_length=150, help_text="Beat, or who called the command.")
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"purge of {self.started_at:%Y-%m-%d}"

    @property
    def total(self) -> int:
        """All rows that were forgotten."""
        return sum(self.counts.values())


class Erasure(models.Model):
    """That one person's data was erased: when, by whom, how much, and what the law keeps. No word about the person.

    `digests` are keyed hashes of what the person was found by: who knows that, and the key, can tell that it was done.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    digests = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    kept = models.JSONField(default=list, help_text="Documents that have to be kept, why, and until when.")

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("erase_person", "Can erase a person's data")]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class Export(models.Model):
    """That one person's data was handed out: when and by whom, how much. `digests` as for an erasure."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    digests = models.JSONField(default=list)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("export_person", "Can export a person's data")]

    def __str__(self) -> str:
        return f"export {self.pk}"
