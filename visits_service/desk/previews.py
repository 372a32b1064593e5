"""What patients would be sent, in each language, with the clinic's name and colours. Nothing is kept and nothing sent.

The visit is a made-up one, or a copy of a real one under another name: a link in a preview leads nowhere.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications.sms import encoding
from notifications.sms.encoding import Measured
from servicekit.words import Words
from visits_service.reminders import wall_clock, words, writing
from visits_service.reminders.phrases import Kind
from visits_service.visits.models import Patient, Visit, new_reference

SOMEBODY = {"name": "Ada Example", "email": "ada@example.com", "phone": "+15005550006"}
HALF_PAST_TEN = time(10, 30)
KINDS = {
    Kind.REMINDER: "Reminder",
    Kind.CHANGED: "The visit has changed",
    Kind.CANCELLED: "The visit is cancelled",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """One language: the email, and the text message where there is one, which says nothing of changes."""

    words: Words
    subject: str
    text: str
    html: str
    sms: str
    measured: Measured | None

    @property
    def forced_by(self) -> str:
        """The characters for which the whole text travels in the larger alphabet."""
        return " ".join(self.measured.forced_by) if self.measured else ""


def languages() -> list[str]:
    """What we speak."""
    return words.CATALOGUE.languages()


def clinics_language() -> str:
    """The one that a patient gets whose own we don't know."""
    return words.of(settings.CLINIC_LOCALE).locale.language


def of(visit: Visit, kind: Kind, *, language: str, now: datetime) -> Preview:
    """What is written at this instant of a visit with its patient, neither of which need be kept anywhere."""
    shown = in_language(visit, language)
    if kind == Kind.CANCELLED:
        shown.status = Visit.Status.CANCELLED
    email = writing.email(shown, kind, key="preview", until=shown.starts_at, now=now)
    sms = writing.sms(shown, key="preview", until=shown.starts_at, now=now).text if kind == Kind.REMINDER else ""
    said = writing.words_for(shown.patient)
    measured = encoding.measure(sms) if sms else None
    return Preview(said, email.subject, email.text, email.html, sms, measured)


def in_language(visit: Visit, language: str) -> Visit:
    """A copy under another name whose patient reads that language, at addresses that are nobody's."""
    shown, patient = copy.copy(visit), copy.copy(visit.patient)
    patient.locale, patient.reference = language, new_reference()
    patient.email, patient.phone = SOMEBODY["email"], SOMEBODY["phone"]
    shown.patient, shown.reference = patient, new_reference()
    return shown


def sample(*, now: datetime) -> Visit:
    """A visit that nobody has booked: tomorrow at half past ten by the clinic's clock."""
    zone = ZoneInfo(settings.CLINIC_TIME_ZONE)
    day = now.astimezone(zone).date() + timedelta(days=1)
    starts_at = wall_clock.instant_of(datetime.combine(day, HALF_PAST_TEN), zone=zone)
    return Visit(
        external_id="sample",
        patient=Patient(external_id="sample", **SOMEBODY),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        timezone=zone.key,
        practitioner="Dr Maria Example",
        place="Room 3",
    )
