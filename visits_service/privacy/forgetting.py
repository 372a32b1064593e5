"""Forgets visits and patients whose time is over. What a patient refused is remembered without the patient.

A patient goes with their last visit, and what was written about a visit goes with that: nobody could find it by the
patient any more, however long messages are kept otherwise. Nothing that is still to come, or to be seen to, is ever
overdue.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from notifications import forgetting as messages
from notifications import outbox
from notifications.models import Channel, Message, State
from visits_service.privacy import people
from visits_service.privacy.people import Person
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import memory
from visits_service.visits.models import OptOut, Patient, Visit

WAITS = Answer.objects.filter(needs_a_person=True, seen_at=None)


def overdue_answers(before: datetime) -> QuerySet[Answer]:
    """What was said before then, unless somebody still has to see to it."""
    return Answer.objects.filter(received_at__lt=before).exclude(pk__in=WAITS.values("pk"))


def overdue_visits(before: datetime) -> QuerySet[Visit]:
    """Visits from before then, whether they took place or not, with nothing to be seen to or sent."""
    old = Visit.objects.filter(starts_at__lt=before)
    waits = WAITS.filter(visit=OuterRef("pk"))
    planned = Reminder.objects.filter(visit=OuterRef("pk"), due_at__isnull=False)
    return old.exclude(Exists(waits)).exclude(Exists(planned))


def overdue_opt_outs(before: datetime) -> QuerySet[OptOut]:
    """Opt-outs of addresses from before then at which nobody is reached any more."""
    there = Patient.objects.filter(email=OuterRef("address")) | Patient.objects.filter(phone=OuterRef("address"))
    return OptOut.objects.filter(patient=None, since__lt=before).exclude(Exists(there))


def purge_answers(*, before: datetime, limit: int) -> int:
    """Drop the oldest of these; how many."""
    return dropped(overdue_answers(before).order_by("received_at"), limit=limit)


def purge_visits(*, before: datetime, limit: int) -> int:
    """Drop the oldest of these visits, and who was there for the last time; how many visits."""
    oldest = list(overdue_visits(before).order_by("starts_at").values_list("pk", "patient_id")[:limit])
    patients = {patient for _, patient in oldest}
    list(Patient.objects.filter(pk__in=patients).select_for_update().order_by("pk").values_list("pk"))
    visits = silenced(overdue_visits(before).filter(pk__in=[pk for pk, _ in oldest]))
    count = visits.count()
    visits.delete()
    for patient in Patient.objects.filter(pk__in=patients, visits=None):
        drop(patient, at=timezone.now())
    return count


def silenced(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """These, with all that was written about them withdrawn and forgotten; without those of which one is being sent."""
    told = people.messages_about(visits)
    outbox.withdraw(list(told.filter(state=State.QUEUED).values_list("pk", flat=True)))
    messages.forget(told.values_list("pk", flat=True))
    in_hand = Message.objects.filter(about=OuterRef("reference"), state=State.QUEUED)
    return visits.exclude(Exists(in_hand))


def purge_opt_outs(*, before: datetime, limit: int) -> int:
    """Remember the oldest of these by their hashes alone; how many."""
    rows = list(overdue_opt_outs(before).order_by("since")[:limit])
    for row in rows:
        if row.until is None:
            memory.keep_address(row)
        row.delete()
    return len(rows)


def drop(patient: Patient, *, at: datetime) -> None:
    """Drop a patient without visits; what they refuse is remembered."""
    refused = OptOut.objects.filter(patient=patient, until=None).values_list("channel", flat=True)
    memory.keep(patient, list(refused), addresses=False, at=at)
    patient.delete()


def erase(person: Person, *, at: datetime) -> dict[str, int]:
    """Drop a patient with all that is theirs; how much of each. They are written to no more, should they come back."""
    patient = person.patient
    counts = {
        "messages": messages.forget(person.messages.exclude(state=State.QUEUED).values_list("pk", flat=True)),
        "answers": dropped(person.answers),
        "reminders": person.reminders.count(),
        "visits": person.visits.count(),
        "opt-outs": person.opt_outs.count(),
    }
    for channel in Channel.values:
        memory.keep(patient, [channel], addresses=not person.shares(column_of(channel)), at=at)
    person.opt_outs.delete()
    person.visits.delete()
    patient.delete()
    return counts | {"patients": 1}


def column_of(channel: str) -> str:
    """Where a patient's address on a channel stands."""
    return "email" if channel == Channel.EMAIL else "phone"


def dropped(rows: QuerySet[Answer], *, limit: int | None = None) -> int:
    """Delete these, or the first so many of them; how many."""
    ids = list(rows.values_list("pk", flat=True)[:limit])
    Answer.objects.filter(pk__in=ids).delete()
    return len(ids)
