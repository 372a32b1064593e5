"""The rows of who comes to the clinic, when, and how they may be reached."""

from __future__ import annotations

import secrets

from django.db import models

from notifications.models import Channel

REFERENCE_BYTES = 12


def new_reference() -> str:
    """An opaque name for a visit or a patient: it stands in links and calendars, and says nothing about anybody."""
    return secrets.token_urlsafe(REFERENCE_BYTES)


def every_channel() -> list[str]:
    """The channels of a patient who has said nothing."""
    return list(Channel.values)


class Patient(models.Model):
    """One person. `channels` is what the clinic's booking system wants to use; what the patient refuses is an `OptOut`.

    `phone` is in E.164 or empty, `email` an address that can be written to or empty. `timezone` is where the patient
    is when that differs from the visit's zone, else empty.
    """

    external_id = models.CharField(max_length=100, unique=True)
    reference = models.CharField(max_length=24, unique=True, default=new_reference, editable=False)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=16, blank=True, db_index=True)
    locale = models.CharField(max_length=20, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    channels = models.JSONField(default=every_channel)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        """Without personal data: this reaches logs and page titles."""
        return f"patient {self.external_id}"

    def address(self, channel: str) -> str:
        """Where this channel leads; empty when nobody knows."""
        return self.email if channel == Channel.EMAIL else self.phone


class OptOut(models.Model):
    """That somebody doesn't want a channel, from `since` until `until`; the proof, as long as it has a patient.

    Of a patient who is forgotten a `LastingRefusal` is left.

    Either the patient said so (a page of ours, the clinic's staff), or a number did (STOP, or the provider knows of
    one): then it counts for everybody who is reached there.
    """

    class Source(models.TextChoices):
        """Who told us."""

        LINK = "link", "the patient, by a link"
        WORD = "word", "the patient, by a word in an SMS"
        PROVIDER = "provider", "the provider, which refuses the number"
        STAFF = "staff", "the clinic's staff"
        MEMORY = "memory", "what is left of somebody who was forgotten"

    channel = models.CharField(max_length=16, choices=Channel.choices)
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.CASCADE, related_name="opt_outs")
    address = models.CharField(max_length=254, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "patient"],
                condition=models.Q(until__isnull=True, patient__isnull=False),
                name="opt_out_once_per_patient",
            ),
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=models.Q(until__isnull=True) & ~models.Q(address=""),
                name="opt_out_once_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(patient__isnull=True) ^ models.Q(address=""), name="opt_out_of_one_or_the_other"
            ),
        ]

    def __str__(self) -> str:
        """Without personal data."""
        return f"opt-out {self.pk} of {self.channel}"


class LastingRefusal(models.Model):
    """That somebody who was forgotten wants no messages on a channel: nothing but a keyed hash says who.

    `digest` is of the booking system's id or of an address. Who comes back under it gets their opt-out back.
    """

    channel = models.CharField(max_length=16, choices=Channel.choices)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "digest"], name="lasting_refusal_once")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"lasting refusal {self.pk} of {self.channel}"


class Visit(models.Model):
    """One visit. Instants are UTC; `timezone` is the clock that the clinic keeps at that place.

    `version` grows with each change that the patient would notice, so a reminder knows which visit it speaks of, and
    a calendar which entry is the newer one.
    """

    class Status(models.TextChoices):
        """A visit takes place as long as it is booked or confirmed."""

        BOOKED = "booked"
        CONFIRMED = "confirmed"
        CANCELLED = "cancelled"
        DONE = "done"

    external_id = models.CharField(max_length=100, unique=True)
    reference = models.CharField(max_length=24, unique=True, default=new_reference, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="visits")
    practitioner = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    version = models.PositiveIntegerField(default=1)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]
        indexes = [
            models.Index(fields=["starts_at"], name="visit_starts"),
            models.Index(fields=["changed_at"], name="visit_changed"),
            models.Index(
                fields=["starts_at"], name="visit_ahead", condition=models.Q(status__in=["booked", "confirmed"])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["booked", "confirmed", "cancelled", "done"]), name="visit_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="visit_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Without personal data."""
        return f"visit {self.external_id}"


class VisitVersion(models.Model):
    """A visit as it stood from `at` on: one row for each version, so that its story can say from when to when it moved.

    Visits that were booked before this was kept have none for what they were then.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Visit.Status.choices)
    starts_at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    practitioner = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["visit", "version"], name="visit_version_once")]

    def __str__(self) -> str:
        """Without personal data."""
        return f"version {self.version} of visit {self.visit_id}"


AHEAD = (Visit.Status.BOOKED, Visit.Status.CONFIRMED)
"""The states of a visit that takes place."""
