"""Plans a visit's reminders: rows with an instant to send at, in the transaction that saves the visit.

The pure `schedule` decides when; here its answers become rows, and what an earlier version had planned is taken back.
Whatever is asked twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications import outbox
from notifications.models import Channel
from visits_service.reminders import repeats, schedule
from visits_service.reminders.models import Reminder
from visits_service.reminders.policy import Policy
from visits_service.reminders.repeats import Key
from visits_service.reminders.schedule import Appointment, Planned
from visits_service.visits import consent
from visits_service.visits.consent import Reach
from visits_service.visits.models import AHEAD, Patient, Visit

State = Reminder.State
MOVED = ["send_at", "due_at", "state", "reason", "message", "round"]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many reminders are new, come at another time, or were taken back."""

    planned: int = 0
    moved: int = 0
    voided: int = 0


def plan(visit: Visit, *, now: datetime) -> Changes:
    """Bring the reminders of one locked visit in line with it. Call inside the transaction that saved it."""
    return plan_all([visit], now=now)


def plan_patient(patient: Patient, *, now: datetime) -> Changes:
    """The same for every visit of a patient that is still to come, after their channels or addresses have changed.

    The patient is locked before the visits, as when a visit is saved: else the two could wait for each other.
    """
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    ahead = Visit.objects.select_for_update(of=("self",)).filter(patient=patient, status__in=AHEAD, starts_at__gt=now)
    return plan_all(list(ahead.order_by("pk").select_related("patient")), now=now)


def plan_all(visits: Sequence[Visit], *, now: datetime, policy: Policy | None = None) -> Changes:
    """The same for many locked visits, with a handful of queries for all of them.

    The standing rows are locked too: a reminder that is being written right now is waited for, and then called back.
    """
    reaches = consent.reach_of({visit.patient for visit in visits})
    rows = [row for visit in visits for row in rows_of(visit, reaches[visit.patient_id], policy or current(), now=now)]
    wanted = {key_of(row): row for row in rows}
    locked = Reminder.objects.select_for_update().filter(visit__in=visits).order_by("pk")
    standing = {key_of(row): row for row in locked}
    repeats.leave_out(wanted, standing, now=now)
    voided = void([row for row in standing.values() if is_outdated(row, wanted)])
    moved = [moved_to(standing[key], row) for key, row in wanted.items() if differs(standing.get(key), row)]
    Reminder.objects.bulk_update(moved, MOVED, batch_size=500)
    new = [row for key, row in wanted.items() if key not in standing]
    Reminder.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return Changes(planned=len(new), moved=len(moved), voided=voided)


def current() -> Policy:
    """The clinic's rules as the settings have them."""
    policy: Policy = settings.REMINDER_POLICY
    return policy


def rows_of(visit: Visit, reach: Reach, policy: Policy, *, now: datetime) -> list[Reminder]:
    """Unsaved rows: one for each lead and channel that can be used, none for a visit that doesn't take place."""
    if visit.status not in AHEAD:
        return []
    answers = schedule.plan(appointment(visit), policy=policy, channels=offered(reach.open), now=now)
    return [row_of(visit, answer) for answer in answers]


def offered(channels: Iterable[str]) -> list[str]:
    """Of these channels the ones that this installation can send on: SMS only where a backend is named."""
    return [channel for channel in channels if channel != Channel.SMS or settings.SMS_BACKEND]


def row_of(visit: Visit, answer: Planned) -> Reminder:
    """The row of one answer: planned for its instant, or skipped for its reason."""
    return Reminder(
        visit=visit,
        visit_version=visit.version,
        lead=str(answer.lead),
        channel=answer.channel,
        send_at=answer.at,
        due_at=answer.at,
        state=State.PLANNED if answer.at else State.SKIPPED,
        reason=answer.why or "",
    )


def appointment(visit: Visit) -> Appointment:
    """What the schedule needs to know of a visit."""
    zone = ZoneInfo(visit.timezone)
    return Appointment(visit.starts_at, zone=zone, patient_zone=ZoneInfo(visit.patient.timezone or visit.timezone))


def is_outdated(standing: Reminder, wanted: Container[Key]) -> bool:
    """Whether a row that could still reach the patient speaks of what isn't so any more."""
    if standing.state not in (State.PLANNED, State.QUEUED):
        return False
    if standing.stands_in_for_id or standing.is_by_hand:
        return standing.visit.status not in AHEAD or standing.visit_version != standing.visit.version
    return key_of(standing) not in wanted


def void(rows: Sequence[Reminder]) -> int:
    """Take reminders back, how many; one whose message has left the house already is left as it is."""
    withdrawn = set(outbox.withdraw([row.message_id for row in rows if row.message_id]))
    here = [row.pk for row in rows if row.state == State.PLANNED or row.message_id in withdrawn]
    return Reminder.objects.filter(pk__in=here).update(state=State.VOID, due_at=None)


def key_of(row: Reminder) -> Key:
    """What a reminder is unique by."""
    return row.visit_id, row.lead, row.channel, row.visit_version


def differs(standing: Reminder | None, wanted: Reminder) -> bool:
    """Whether a row that is still to come, or was taken back, should come at another time than it says."""
    if standing is None or standing.state not in (State.PLANNED, State.SKIPPED, State.VOID):
        return False
    return (standing.state, standing.send_at) != (wanted.state, wanted.send_at)


def moved_to(standing: Reminder, wanted: Reminder) -> Reminder:
    """The row with the wanted instant (unsaved); a message that was withdrawn is written anew."""
    standing.send_at, standing.due_at = wanted.send_at, wanted.due_at
    standing.state, standing.reason = wanted.state, wanted.reason
    if standing.message_id:
        standing.message, standing.round = None, standing.round + 1
    return standing
