"""The rows of comparing with Stripe: whose turn it is, how far each run has come, and what it has brought in."""

from __future__ import annotations

from django.db import models

from payments_service.webhooks.models import StripeEvent
from servicekit import claims


class Reconciliation(claims.Claimable):
    """One row only: who works here holds its lease, so that one run is at work at a time.

    `due_at` is when Beat goes on: at once with a run that isn't finished, later with the next one or after a failure.
    `busy` tells a lease from such a rest, which a person needn't wait for.
    """

    recurs = True
    busy = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")

    class Meta:
        indexes = [claims.due_index("reconciliation_due")]


class Run(models.Model):
    """One walk through Stripe's lists between two instants, and the place where it goes on after a crash.

    `account`, `listing` and `after` are that place: the list, and the last object of it that was compared.
    """

    class By(models.TextChoices):
        """Who wants it. Beat never finishes what a person has asked for: that may reach back further than it should."""

        BEAT = "beat"
        PERSON = "person"

    class State(models.TextChoices):
        """A run that was left is one that stopped and whose window another one has taken on."""

        OPEN = "open"
        DONE = "done"
        LEFT = "left"

    by = models.CharField(max_length=10, choices=By)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    since = models.DateTimeField(help_text="Nothing that Stripe made earlier is touched.")
    until = models.DateTimeField()
    accounts = models.JSONField(default=list, help_text="Connected accounts; the empty one is the key's own.")
    refused = models.JSONField(default=list, help_text="Accounts that the key may not look into any more.")
    account = models.CharField(max_length=255, blank=True)
    listing = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=255, blank=True)
    looked_at = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    brought_in = models.PositiveIntegerField(default=0)
    failed_before = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["by", "state"], name="run_by_state")]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M}"


class Arrival(models.Model):
    """An event that didn't come by the webhook: a run has brought it in."""

    class How(models.TextChoices):
        """How it was missed."""

        UNDELIVERED = "undelivered", "Stripe could not deliver it"
        NOT_STORED = "not_stored", "Stripe had nobody to deliver it to, or it was lost here"
        OLDER = "older", "older than Stripe's events: made from its lists"

    event = models.OneToOneField(StripeEvent, on_delete=models.CASCADE, related_name="arrival")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="arrivals")
    how = models.CharField(max_length=20, choices=How)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.event)
