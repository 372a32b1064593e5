"""What most tests of visits_service begin with: a patient, a visit, its reminders. One obvious default each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from visits_service.booking import services as booking
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit
from visits_service.visits.services import PatientData, VisitData

TOKEN, OTHER_TOKEN = "visibly-fake-token-1", "visibly-fake-token-2"
WARSAW = "Europe/Warsaw"


def next_noon(*, days: int = 7) -> datetime:
    """Eleven o'clock UTC, so many days from today: noon or one o'clock in Warsaw, and never in quiet hours."""
    return (timezone.now() + timedelta(days=days)).replace(hour=11, minute=0, second=0, microsecond=0)


def a_patient(external_id: str = "patient-1", **about: Any) -> PatientData:
    """A patient with an address and a phone."""
    data: dict[str, Any] = {"name": "Ada Nowak", "email": "ada@patient.example", "phone": "+48601000001"} | about
    return PatientData(external_id=external_id, **data)


def a_visit(
    external_id: str = "visit-1", *, patient: PatientData | None = None, at: datetime | None = None, **about: Any
) -> Visit:
    """A visit in a week's time, saved and planned as the booking system would, now or `at` another time."""
    data: dict[str, Any] = {"starts_at": next_noon(), "timezone": WARSAW} | about
    visit = VisitData(external_id=external_id, **data)
    return booking.save(visit, patient or a_patient(), at=at or timezone.now()).visit


def reminders_of(visit: Visit) -> dict[str, Reminder]:
    """The reminders of the visit's present version, by channel."""
    visit.refresh_from_db()
    return {each.channel: each for each in Reminder.objects.filter(visit=visit, visit_version=visit.version)}


def instant(text: str) -> datetime:
    """An instant written as `2026-11-25 10:00` UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
