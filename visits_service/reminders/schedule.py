"""When a visit's reminders go out. Pure: the visit, the policy and the clock are passed in; planning keeps the answers.

An instant is kept once it is planned: asked again at any moment up to it, `send_at` gives the same one. Asked at the
moment of sending, it gives that moment, a later one where it is night by now, or the reason to send nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from visits_service.reminders import quiet as quiet_hours
from visits_service.reminders import wall_clock
from visits_service.reminders.policy import Lead, Policy
from visits_service.reminders.quiet import Quiet
from visits_service.reminders.wall_clock import MINUTE


class Reason(StrEnum):
    """Why there is no reminder."""

    STARTED = "started"
    TOO_LATE = "too_late"
    QUIET_HOURS = "quiet_hours"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Appointment:
    """When a visit starts, and the two clocks that matter: the one it is held by and the one the patient lives by."""

    start: datetime
    zone: ZoneInfo
    patient_zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer for one lead and channel: the UTC instant to send `at`, or else `why` there is none."""

    lead: Lead
    channel: str
    at: datetime | None = None
    why: Reason | None = None


def plan(visit: Appointment, *, policy: Policy, channels: Iterable[str], now: datetime) -> tuple[Planned, ...]:
    """One answer per channel and lead, in their order.

    Where two leads of a channel fall onto the same instant the first one is sent and the others are MERGED.
    """
    return tuple(
        planned for channel in channels for planned in plan_channel(visit, policy=policy, channel=channel, now=now)
    )


def plan_channel(visit: Appointment, *, policy: Policy, channel: str, now: datetime) -> Iterator[Planned]:
    """One answer per lead."""
    taken: set[datetime] = set()
    for lead in policy.leads:
        answer = send_at(visit, lead=lead, quiet=policy.quiet[channel], notice=policy.notice, now=now)
        if isinstance(answer, Reason):
            yield Planned(lead, channel, why=answer)
        elif answer in taken:
            yield Planned(lead, channel, why=Reason.MERGED)
        else:
            taken.add(answer)
            yield Planned(lead, channel, at=answer)


def send_at(
    visit: Appointment, *, lead: Lead, quiet: Quiet | None, notice: timedelta, now: datetime
) -> datetime | Reason:
    """The UTC instant to remind at: the allowed one nearest to what the lead wishes for, or why there is none.

    Allowed is what isn't before `now`, isn't quiet where the patient is, and leaves the notice (at least a minute)
    before the visit. A wish that lies in the past becomes `now`, others are on whole minutes, as Beat is.
    """
    first, last = wall_clock.in_utc(now), last_call(visit.start, notice=notice)
    if first >= wall_clock.in_utc(visit.start):
        return Reason.STARTED
    if first > last:
        return Reason.TOO_LATE
    wish = wall_clock.whole_minute(lead.before(visit.start, zone=visit.zone))
    found = quiet_hours.nearest(wish, first=first, last=last, quiet=quiet, zone=visit.patient_zone)
    return found or Reason.QUIET_HOURS


def still_useful(now: datetime, *, start: datetime, notice: timedelta) -> bool:
    """Whether a reminder that is late, after an outage say, still leaves the notice; else it has expired."""
    return wall_clock.in_utc(now) <= last_call(start, notice=notice)


def last_call(start: datetime, *, notice: timedelta) -> datetime:
    """The last UTC instant that leaves the notice before the visit, and at least a minute."""
    return wall_clock.in_utc(start) - max(notice, MINUTE)
