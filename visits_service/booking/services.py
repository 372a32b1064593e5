"""A visit is saved and its reminders are planned in one transaction; what has become due is said to the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from visits_service.reminders import notices, planning
from visits_service.visits import services as visits
from visits_service.visits.models import Visit
from visits_service.visits.services import PatientData, VisitData


class NoSuchVisit(Exception):
    """There is no visit of that id."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A visit as it stands now, and whether this call made or changed it.

    `message_ids` are emails that have become due with it; the door nudges their delivery.
    """

    visit: Visit
    created: bool = False
    changed: bool = False
    message_ids: tuple[int, ...] = ()


def save(visit: VisitData, patient: PatientData, *, at: datetime) -> Saved:
    """Keep a visit and its patient as they are given, and plan accordingly; given twice, the second changes nothing.

    What is new about the patient counts for all of their visits.
    """
    with transaction.atomic():
        person, renewed = visits.keep_patient(patient)
        kept = visits.keep_visit(visit, patient=person, at=at)
        if renewed:
            planning.plan_patient(person, now=at)
        told = replan(kept.visit, at=at) if kept.created or kept.changed else ()
    return Saved(kept.visit, created=kept.created, changed=kept.changed or renewed, message_ids=told)


def cancel(external_id: str, *, at: datetime) -> Saved:
    """Cancel a visit; cancelled twice, the second changes nothing. Raises NoSuchVisit."""
    with transaction.atomic():
        visit = locked(external_id)
        changed = visits.cancel(visit, at=at)
        told = replan(visit, at=at) if changed else ()
    return Saved(visit, changed=changed, message_ids=told)


def rebook(external_id: str, *, at: datetime) -> Saved:
    """Let a cancelled visit take place after all. Raises NoSuchVisit."""
    with transaction.atomic():
        visit = locked(external_id)
        changed = visits.rebook(visit, at=at)
        told = replan(visit, at=at) if changed else ()
    return Saved(visit, changed=changed, message_ids=told)


def replan(visit: Visit, *, at: datetime) -> tuple[int, ...]:
    """Plan the visit as it is now; the ids of what tells a patient who had been reminded of it as it was."""
    planning.plan(visit, now=at)
    return tuple(notices.after_change(visit, at=at))


def locked(external_id: str) -> Visit:
    """The visit's row, locked for the rest of the transaction. Raises NoSuchVisit."""
    visit = visits.locked(external_id)
    if visit is None:
        raise NoSuchVisit
    return visit
