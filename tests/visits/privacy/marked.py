"""A patient with a marker wherever a person can be named, and where the marker still is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications.models import Message
from privacy import purging
from privacy.models import Purge
from tests.visits.builders import a_patient, a_visit, next_noon
from visits_service.reminders import due
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import Visit
from visits_service.visits.services import PatientData

MARKER = "zzyzx"
PHONE = "+48601999001"
EMAIL = f"ada.{MARKER}@patient.example"


def a_marked_patient(external_id: str = f"patient-{MARKER}", **about: Any) -> PatientData:
    """Somebody whose every word has the marker."""
    return a_patient(external_id, **({"name": f"Ada {MARKER}", "email": EMAIL, "phone": PHONE} | about))


def a_reminded_visit(external_id: str = f"visit-{MARKER}", **about: Any) -> Visit:
    """A visit whose reminders were written; the messages are queued."""
    told: dict[str, Any] = {"practitioner": f"Dr. {MARKER}", "place": f"Room {MARKER}"} | about
    visit = a_visit(external_id, **({"patient": a_marked_patient()} | told))
    Reminder.objects.filter(visit=visit).update(due_at=timezone.now() - timedelta(minutes=1))
    due.remind(now=next_noon() - timedelta(days=1))
    return visit


def a_past_visit(external_id: str = f"visit-{MARKER}", **about: Any) -> Visit:
    """A visit that was reminded of, answered, and took place."""
    visit = a_reminded_visit(external_id, **about)
    Answer.objects.create(
        source="sms",
        kind="other",
        visit=visit,
        patient=visit.patient,
        number=PHONE,
        text=MARKER,
        received_at=timezone.now(),
    )
    Message.objects.update(state="sent", due_at=None, sent_at=timezone.now())
    Reminder.objects.filter(due_at__isnull=False).update(state="void", due_at=None)
    Visit.objects.filter(pk=visit.pk).update(status="done")
    return visit


def later(**span: float) -> datetime:
    """That far from now."""
    return timezone.now() + timedelta(**span)


def purge(*, now: datetime) -> Purge:
    """The purge as the command runs it, at that time."""
    return purging.purge_now(now=now, by="somebody", progress=lambda kind, count: None)


def places(marker: str = MARKER) -> set[str]:
    """Every column of every table in which the marker, or the phone, stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                text = f'lower(CAST("{column.name}" AS text))'
                looked = f'SELECT count(*) FROM "{table}" WHERE {text} LIKE %s OR {text} LIKE %s'  # noqa: S608
                cursor.execute(looked, [f"%{marker}%", f"%{PHONE}%"])
                if cursor.fetchone()[0]:
                    found.add(f"{table}.{column.name}")
    return found
