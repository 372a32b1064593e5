"""Another channel for a reminder that didn't reach the patient, while it still helps. Called by `due`, `follow_up`.

A stand-in may use a channel that the clinic's booking system hadn't asked for: what it asks for says where to try
first, and a patient who doesn't want a channel has an opt-out, which always counts. A patient whom the clinic wants
reminded on no channel at all isn't failed over to one.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime

import structlog

from notifications.models import Channel
from visits_service.reminders import judging, planning
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.consent import Refusal
from visits_service.visits.models import Visit

log = structlog.get_logger(__name__)
State = Reminder.State
Place = tuple[int, int, str]
"""Visit, its version, and channel."""

TRIED = (State.PLANNED, State.QUEUED, State.FAILED)
"""A channel with such a reminder has reached the patient, will, or can't."""


def free(failed: Sequence[Reminder]) -> list[Reminder]:
    """Of these locked reminders the ones whose visits nobody else is changing; those visits are locked too.

    It never waits: whoever changes a visit locks it first and its reminders then, the other way round.
    """
    visits = Visit.objects.select_for_update(skip_locked=True).filter(pk__in={row.visit_id for row in failed})
    locked = set(visits.values_list("pk", flat=True))
    return [row for row in failed if row.visit_id in locked]


def plan(failed: Sequence[Reminder], *, now: datetime) -> int:
    """Plan a stand-in for each reminder where there can be one; how many. Call with the visits locked."""
    if not failed:
        return 0
    standing = Reminder.objects.filter(visit__in={row.visit_id for row in failed}, state__in=TRIED)
    tried: set[Place] = set(standing.values_list("visit", "visit_version", "channel"))
    refusals = consent.refusals_of(row.visit.patient for row in failed)
    found = [row for each in failed for row in stand_ins(each, tried=tried, refusals=refusals, now=now)]
    Reminder.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def stand_ins(failed: Reminder, *, tried: Set[Place], refusals: Set[Refusal], now: datetime) -> list[Reminder]:
    """Unsaved rows for the channels that haven't been tried and may still help."""
    visit, version = failed.visit, failed.visit_version
    if not visit.patient.channels:
        return []
    untried = [channel for channel in planning.offered(Channel.values) if (visit.pk, version, channel) not in tried]
    rows = [stand_in(failed, channel) for channel in untried]
    return [row for row in rows if judged(row, refusals=refusals, now=now)]


def stand_in(failed: Reminder, channel: str) -> Reminder:
    """The unsaved row of another channel."""
    return Reminder(
        visit=failed.visit,
        visit_version=failed.visit_version,
        lead=Reminder.FAILOVER,
        channel=channel,
        stands_in_for=failed,
    )


def judged(row: Reminder, *, refusals: Set[Refusal], now: datetime) -> bool:
    """Whether the row may still go out; it says when. What can't even be judged doesn't, and stops nobody."""
    try:
        verdict = judging.judge(row, refusals=refusals, superseded=False, now=now)
    except Exception as crash:
        log.error("failover_impossible", reminder=row.stands_in_for_id, exc_info=crash)
        return False
    row.send_at = row.due_at = verdict.at or now
    return verdict.state in (State.QUEUED, State.PLANNED)
