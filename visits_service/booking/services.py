"""A visit is saved and its reminders are planned in one transaction; what has become due is said to the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from visits_service.reminders import notices, planning
from visits_service.visits import consent
from visits_service.visits import services as visits
from visits_service.visits.models import AHEAD, OptOut, Patient, Visit
from visits_service.visits.services import PatientData, VisitData


class NoSuchVisit(Exception):
    """There is no visit of that id."""


class Over(Exception):
    """The visit is over: it can be neither cancelled nor booked again."""


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
        person, renewed = visits.keep_patient(patient, at=at)
        kept = visits.keep_visit(visit, patient=person, at=at)
        kept.visit.patient = person  # the row is at hand: nobody need read it again
        if renewed:
            planning.plan_patient(person, now=at)
        told = replan(kept.visit, at=at) if kept.created or kept.changed else ()
    return Saved(kept.visit, created=kept.created, changed=kept.changed or renewed, message_ids=told)


def save_patient(patient: PatientData, *, at: datetime) -> Patient:
    """Keep a patient as they are given, and plan the visits that are still to come accordingly."""
    with transaction.atomic():
        person, renewed = visits.keep_patient(patient, at=at)
        if renewed:
            planning.plan_patient(person, now=at)
    return person


def cancel(external_id: str, *, at: datetime) -> Saved:
    """Cancel a visit; cancelled twice, the second changes nothing. Raises NoSuchVisit and Over."""
    with transaction.atomic():
        visit = locked(external_id)
        if visit.status == Visit.Status.DONE:
            raise Over
        changed = visits.cancel(visit, at=at)
        told = replan(visit, at=at) if changed else ()
    return Saved(visit, changed=changed, message_ids=told)


def rebook(external_id: str, *, at: datetime) -> Saved:
    """Let a cancelled visit take place after all; one that takes place is left alone. Raises NoSuchVisit and Over."""
    with transaction.atomic():
        visit = locked(external_id)
        if visit.status not in AHEAD and visit.starts_at <= at:
            raise Over
        changed = visits.rebook(visit, at=at)
        told = replan(visit, at=at) if changed else ()
    return Saved(visit, changed=changed, message_ids=told)


def replan(visit: Visit, *, at: datetime) -> tuple[int, ...]:
    """Plan the visit as it is now; the ids of what tells a patient who had been reminded of it as it was."""
    planning.plan(visit, now=at)
    return tuple(notices.after_change(visit, at=at))


def refuse(channel: str, *, patient: Patient, at: datetime) -> OptOut:
    """Note that a patient told the clinic to leave a channel alone; what was on record before stays as it was."""
    with transaction.atomic():
        consent.stop(channel, source=consent.Source.STAFF, at=at, patient=patient)
        planning.plan_patient(patient, now=at)
        return OptOut.objects.get(channel=channel, patient=patient, until__isnull=True)


def allow(refusal: OptOut, *, at: datetime) -> bool:
    """End what somebody had refused, for everybody whom it was about; False when it had ended before."""
    with transaction.atomic():
        ended = consent.resume(refusal.channel, at=at, patient=refusal.patient, address=refusal.address)
        affected = [refusal.patient] if refusal.patient else consent.living_at(refusal.channel, refusal.address)
        for patient in affected:
            planning.plan_patient(patient, now=at)
    return ended


def locked(external_id: str) -> Visit:
    """The visit's row, locked for the rest of the transaction. Raises NoSuchVisit."""
    visit = visits.locked(external_id)
    if visit is None:
        raise NoSuchVisit
    return visit
