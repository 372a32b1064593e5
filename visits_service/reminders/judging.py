"""Whether a reminder that is due still makes sense, and when it may go out; asked by `due` and `follow_up`."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from visits_service.reminders import planning, policy, schedule
from visits_service.reminders.models import Reminder
from visits_service.reminders.schedule import Reason
from visits_service.visits import consent
from visits_service.visits.consent import Refusal
from visits_service.visits.models import AHEAD

State = Reminder.State

AT_ONCE = policy.Elapsed(2 * policy.LONGEST)
"""The lead of a stand-in: what should have gone out long ago goes out at the first allowed instant."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a due reminder: `QUEUED` for one to be written now, `PLANNED` for one that is put off until `at`.

    Any other state is the end of it, for the reason given.
    """

    state: Reminder.State
    reason: str = ""
    at: datetime | None = None


def judge(reminder: Reminder, *, refusals: Set[Refusal], superseded: bool, now: datetime) -> Verdict:
    """The verdict at this moment, by the visit and the patient as the reminder has them loaded.

    `superseded` says that a later reminder of the same visit on the same channel is due too, or has gone out.
    """
    visit = reminder.visit
    if visit.status not in AHEAD or visit.version != reminder.visit_version:
        return Verdict(State.VOID)
    if visit.starts_at <= now:
        return Verdict(State.EXPIRED, Reason.STARTED)
    if superseded:
        return Verdict(State.EXPIRED, Reason.MERGED)
    if why := closed(reminder, refusals):
        return Verdict(State.SKIPPED, why)
    instant = send_at(reminder, now=now)
    if isinstance(instant, Reason):
        return Verdict(State.EXPIRED, instant)
    return Verdict(State.QUEUED) if instant <= now else Verdict(State.PLANNED, at=instant)


def superseded(rows: Sequence[Reminder], *, now: datetime) -> set[int]:
    """Of these, the ones that come after a later reminder of the same visit and channel, or together with it.

    After an outage two leads of a visit are due at once: the patient is told once.
    """
    gone_or_due = Q(state=State.QUEUED) | Q(state=State.PLANNED, due_at__lte=now)
    others = Reminder.objects.filter(gone_or_due, visit__in={row.visit_id for row in rows})
    latest = {}
    for visit, version, channel, *place in others.order_by("send_at", "pk").values_list(
        "visit", "visit_version", "channel", "send_at", "pk"
    ):
        latest[visit, version, channel] = place
    return {row.pk for row in rows if [row.send_at, row.pk] < latest[row.visit_id, row.visit_version, row.channel]}


def closed(reminder: Reminder, refusals: Set[Refusal]) -> str:
    """Why the patient can't be reached on the reminder's channel any more; nothing where they can.

    A stand-in may use a channel that the clinic hadn't asked for, see `failover`.
    """
    patient = reminder.visit.patient
    if not reminder.stands_in_for_id and reminder.channel not in patient.channels:
        return "not_wanted"
    return consent.obstacle(patient, reminder.channel, refusals)


def send_at(reminder: Reminder, *, now: datetime) -> datetime | Reason:
    """When the reminder may go out if nothing has gone out until now, by the clinic's rules as they are now."""
    rules = planning.current()
    lead = AT_ONCE if reminder.lead == Reminder.FAILOVER else policy.parse_lead(reminder.lead)
    return schedule.send_at(
        planning.appointment(reminder.visit),
        lead=lead,
        quiet=rules.quiet[reminder.channel],
        notice=rules.notice,
        now=now,
    )
