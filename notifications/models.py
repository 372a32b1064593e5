"""What was to be said, to whom, and each attempt to say it; written by `outbox`, worked on by `delivery`."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now, Upper

from notifications import messages
from servicekit import claims


class Channel(models.TextChoices):
    """The ways out of the house."""

    EMAIL = "email", "email"
    SMS = "sms", "SMS"


class State(models.TextChoices):
    """Where a message is. `QUEUED` is the only one that delivery leaves; nothing goes back to it."""

    QUEUED = "queued", "queued"
    SENT = "sent", "accepted by the provider"
    FAILED = "failed", "dead: needs a person"
    DELIVERED = "delivered", "delivered"
    BOUNCED = "bounced", "bounced: needs a person"
    WITHDRAWN = "withdrawn", "withdrawn before it was sent"


class Message(claims.Claimable):
    """One message to one person, rendered when it was queued: what stands here is what is sent.

    Later `forgetting` empties what it said, and later still where it went.
    """

    dedupe_key = models.CharField(max_length=messages.LONGEST_KEY)
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.EMAIL)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    about = models.CharField(max_length=messages.LONGEST_ABOUT, blank=True)
    language = models.CharField(max_length=messages.LONGEST_TAG)
    to = models.CharField(max_length=messages.LONGEST_ADDRESS)
    to_name = models.CharField(max_length=messages.LONGEST_LINE, blank=True)
    from_email = models.CharField(max_length=messages.LONGEST_MAILBOX, blank=True)
    reply_to = models.CharField(max_length=messages.LONGEST_MAILBOX, blank=True)
    subject = models.CharField(max_length=messages.LONGEST_LINE, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=list, blank=True)
    attachments = models.JSONField(default=list, blank=True)
    message_id = models.CharField(max_length=320)  # an email's travels as its Message-ID
    provider_message_id = models.CharField(max_length=255, blank=True)
    possible_double = models.BooleanField(default=False)
    useful_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # Named here and not at the fields, where Django would add to each a second index, for LIKE, that nobody asks.
        indexes = [
            claims.due_index("message_due", "channel"),
            models.Index(fields=["about"], name="message_about"),
            models.Index(Upper("to"), name="message_to"),  # as `iexact` asks
            models.Index(fields=["provider_message_id"], name="message_at_provider"),
            models.Index(fields=["created_at", "state"], name="message_written"),
            models.Index(fields=["created_at"], name="message_with_text", condition=models.Q(text__gt="")),
            models.Index(fields=["created_at"], name="message_with_address", condition=models.Q(to__gt="")),
            models.Index(
                fields=["created_at"],
                name="message_needs_a_person",
                condition=models.Q(state__in=[State.FAILED, State.BOUNCED]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="message_once_per_occasion"),
            models.UniqueConstraint(fields=["message_id"], name="message_id_once"),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.QUEUED) | models.Q(due_at__isnull=True),
                name="message_settled_is_not_due",
            ),
        ]

    def __str__(self) -> str:
        """Without personal data: this reaches logs and page titles."""
        return f"message {self.pk}"

    def email(self) -> messages.Email:
        """The email on record, as it was handed to the outbox; its sender is filled in."""
        return messages.Email(
            **{field: getattr(self, field) for field in EMAIL_FIELDS},
            attachments=tuple(messages.Attachment(**kept) for kept in self.attachments),
            headers=tuple((name, value) for name, value in self.headers),
        )


SMS_FIELDS = ("to", "text", "language", "dedupe_key", "about", "useful_until")
EMAIL_FIELDS = (*SMS_FIELDS, "subject", "html", "to_name", "reply_to", "from_email")
"""What a message and its record call by the same name."""


class Outcome(models.TextChoices):
    """How an attempt ended."""

    UNDERWAY = "underway", "under way"
    ACCEPTED = "accepted", "accepted by the provider"
    TRY_LATER = "try_later", "may pass later"
    GAVE_UP = "gave_up", "will not pass by itself"
    UNKNOWN = "unknown", "interrupted: nobody knows"


class Attempt(models.Model):
    """One attempt to send; it is on record before the provider is called."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="history")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.UNDERWAY)
    code = models.CharField(max_length=100, blank=True)
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="attempt_outcome_known"),
        ]

    def __str__(self) -> str:
        """Without personal data."""
        return f"attempt {self.number} of message {self.message_id}"


class Kind(models.TextChoices):
    """What a provider may report of a message, in one vocabulary for all of them and for both channels."""

    UNDER_WAY = "under_way", "under way at the provider"
    SENT = "sent", "handed on by the provider"
    DEFERRED = "deferred", "delayed; the provider keeps trying"
    DELIVERED = "delivered", "delivered"
    BOUNCED = "bounced", "undelivered for good"
    COMPLAINED = "complained", "reported as spam"
    UNSUBSCRIBED = "unsubscribed", "unsubscribed at the provider"
    UNKNOWN = "unknown", "something else"


class TrackingEvent(models.Model):
    """One report of a provider's, kept once and without what it says of a person.

    `message` is empty while nobody knows which one it is about; `at` is the provider's time, where it tells one.
    """

    event_id = models.CharField(max_length=messages.LONGEST_EVENT, unique=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    provider_message_id = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["provider_message_id"],
                name="report_waits_for_its_message",
                condition=models.Q(message__isnull=True),
            ),
            models.Index(
                fields=["message"],
                name="report_complains",
                condition=models.Q(kind=Kind.COMPLAINED, message__isnull=False),
            ),
            models.Index(fields=["received_at"], name="report_of_nobody", condition=models.Q(message__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="report_kind_known")]

    def __str__(self) -> str:
        """Without personal data."""
        return f"report {self.pk} of message {self.message_id}"
