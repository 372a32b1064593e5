"""The rows of what patients are told about a visit and when, and of what they answer."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from notifications.models import Channel, Message
from servicekit import claims
from visits_service.visits.models import Patient, Visit


class Reminder(claims.Claimable):
    """One reminder of one version of a visit, on one channel. `due_at` is `send_at` while it is planned.

    `lead` is the rule that asked for it, as it is written in `REMINDER_LEADS`, or `FAILOVER` for the one that stands
    in for another, or `BY_HAND` with a number for one that somebody of the staff (`asked_by`) sent. `reason` says why
    there is none, or why it didn't go out.
    """

    FAILOVER = "failover"
    BY_HAND = "by_hand"

    class State(models.TextChoices):
        """Only a planned reminder is still to come."""

        PLANNED = "planned", "planned"
        QUEUED = "queued", "handed to delivery"
        SKIPPED = "skipped", "none was to be sent"
        VOID = "void", "the visit has changed"
        EXPIRED = "expired", "it came too late to help"
        FAILED = "failed", "it didn't reach the patient"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="reminders")
    visit_version = models.PositiveIntegerField()
    lead = models.CharField(max_length=20)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    send_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=100, blank=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    round = models.PositiveIntegerField(
        default=1, help_text="Grows when a message ran out of time and is written anew."
    )
    stands_in_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="stand_ins")
    asked_by = models.CharField(max_length=150, blank=True, default="", db_default="", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["send_at", "pk"]
        indexes = [claims.due_index("reminder_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "lead", "channel", "visit_version"], name="reminder_once_per_visit_version"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "queued", "skipped", "void", "expired", "failed"]),
                name="reminder_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="planned") | models.Q(due_at__isnull=True), name="reminder_settled_is_not_due"
            ),
        ]

    def __str__(self) -> str:
        """Without personal data."""
        return f"reminder {self.pk}"

    @property
    def is_by_hand(self) -> bool:
        """Whether a person sent it, and no rule."""
        return self.lead.startswith(self.BY_HAND)


class DayCoverage(Visit):
    """A page of the admin: whom the clinic reaches before the visits of a day, see `coverage`."""

    class Meta:
        proxy = True
        verbose_name = "coverage of a day"
        verbose_name_plural = "Coverage: who is reminded, whom to call"
        default_permissions = ("view",)


class Answer(models.Model):
    """What a patient said, by SMS or on a page of ours; the ones that need a person wait until somebody has seen to it.

    `provider_id` is the provider's name for an SMS, which it may bring more than once.
    """

    class Kind(models.TextChoices):
        """What was asked for."""

        CONFIRM = "confirm", "will come"
        CALL_ME = "call_me", "asks to be called"
        MOVE = "move", "asks for another time"
        CANCEL = "cancel", "asks to cancel"
        STOP = "stop", "stops messages"
        START = "start", "wants messages again"
        HELP = "help", "asks for help"
        OTHER = "other", "something else"

    class Source(models.TextChoices):
        """Where it was said."""

        SMS = "sms"
        PAGE = "page"

    source = models.CharField(max_length=10, choices=Source.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.CASCADE, related_name="answers")
    number = models.CharField(max_length=32, blank=True)
    text = models.TextField(blank=True)
    provider_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    received_at = models.DateTimeField()
    needs_a_person = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="answer_needs_a_person",
                condition=models.Q(needs_a_person=True, seen_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        """Without personal data."""
        return f"answer {self.pk}"
