"""Nobody is reminded twice because the rules have changed: what a new lead would only repeat. Used by `planning`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from visits_service.reminders import policy
from visits_service.reminders.models import Reminder
from visits_service.reminders.schedule import Reason

State = Reminder.State
Key = tuple[int, str, str, int]


def leave_out(wanted: dict[Key, Reminder], standing: dict[Key, Reminder], *, now: datetime) -> None:
    """Mark as MERGED, in place, what a lead that is new to a visit would repeat.

    A lead that comes too late for its own instant makes up for nothing where a reminder of that channel has gone out or
    is still to come; and a patient who was written to isn't written to again on the same day.
    """
    told = defaultdict(list)
    for key, row in standing.items():
        if row.state == State.QUEUED or (row.state == State.PLANNED and key in wanted):
            told[place(row)].append(row)
    for key, row in wanted.items():
        others = told.get(place(row))
        if others and row.state == State.PLANNED and is_new(standing.get(key)) and repeats(row, others, now=now):
            row.state, row.reason, row.send_at, row.due_at = State.SKIPPED, Reason.MERGED, None, None


def place(row: Reminder) -> tuple[int, int, str]:
    """Visit, version and channel."""
    return row.visit_id, row.visit_version, row.channel


def is_new(standing: Reminder | None) -> bool:
    """Whether the visit has no reminder of that lead, or has it left out already."""
    return standing is None or (standing.state, standing.reason) == (State.SKIPPED, Reason.MERGED)


def repeats(row: Reminder, others: Collection[Reminder], *, now: datetime) -> bool:
    """Whether this reminder would say again what the others of its channel have said, or will."""
    zone = ZoneInfo(row.visit.timezone)
    late = policy.parse_lead(row.lead).before(row.visit.starts_at, zone=zone) < now
    gone = {day_of(other, zone) for other in others if other.state == State.QUEUED}
    return late or day_of(row, zone) in gone


def day_of(row: Reminder, zone: ZoneInfo) -> date | None:
    """The day on which a reminder goes out, by the visit's clock."""
    return row.send_at.astimezone(zone).date() if row.send_at else None
