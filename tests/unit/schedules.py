"""What a schedule is asked with: one case with obvious defaults, and any case that may come."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from visits_service.reminders import policy, schedule
from visits_service.reminders.policy import DaysBefore, Elapsed, Lead, Policy
from visits_service.reminders.quiet import Quiet
from visits_service.reminders.schedule import Appointment, Reason
from visits_service.reminders.wall_clock import MINUTE

WARSAW, LONDON = ZoneInfo("Europe/Warsaw"), ZoneInfo("Europe/London")
NEW_YORK, KATHMANDU = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")
MINUTES_PER_DAY = 24 * 60
NIGHT, NOTICE = Quiet(time(21), time(8)), timedelta(hours=2)
CLOCK_CHANGES = [
    datetime.fromisoformat(f"{instant}:00Z")
    for instant in [
        *["2026-03-29T01", "2026-10-25T01", "2027-03-28T01", "2027-10-31T01"],
        *["2026-03-08T07", "2026-11-01T06", "2027-03-14T07", "2027-11-07T06"],
    ]
]


@dataclass(frozen=True)
class Case:
    """All that `send_at` is asked with."""

    visit: Appointment
    lead: Lead
    quiet: Quiet | None
    notice: timedelta
    now: datetime

    def answer(self) -> datetime | Reason:
        """What it says."""
        return schedule.send_at(self.visit, lead=self.lead, quiet=self.quiet, notice=self.notice, now=self.now)

    def asked_long_before(self, start: datetime) -> Case:
        """The same for a visit at this instant, with nothing but the night to shift its reminder."""
        visit = dataclasses.replace(self.visit, start=start)
        return dataclasses.replace(self, visit=visit, now=start - timedelta(days=9), notice=MINUTE)

    def wish(self) -> datetime:
        """What the lead asks for, or the end of the possible span that is nearer to it."""
        wish = self.lead.before(self.visit.start, zone=self.visit.zone)
        return min(max(wish, self.now), self.visit.start - self.notice)

    def allowed(self, instant: datetime) -> bool:
        """The three rules, counted in minutes of the day and without the code under test."""
        face = instant.astimezone(self.visit.patient_zone)
        in_time = self.now <= instant <= self.visit.start - self.notice
        return in_time and face.hour * 60 + face.minute not in minutes_of(self.quiet)


@functools.cache
def minutes_of(quiet: Quiet | None) -> frozenset[int]:
    """The minutes of a day that are quiet."""
    if quiet is None:
        return frozenset()
    start, end = (edge.hour * 60 + edge.minute for edge in (quiet.start, quiet.end))
    end = end if start < end else end + MINUTES_PER_DAY
    return frozenset(minute % MINUTES_PER_DAY for minute in range(start, end))


def an_appointment(start: str, *, zone: ZoneInfo = WARSAW, patient_zone: ZoneInfo | None = None) -> Appointment:
    """A visit at a local time of its zone, for a patient who lives there."""
    local = datetime.fromisoformat(start).replace(tzinfo=zone)
    return Appointment(start=local.astimezone(UTC), zone=zone, patient_zone=patient_zone or zone)


def a_case(
    start: str,
    *,
    lead: str = "24h",
    quiet: str = "21:00-08:00",
    patient_zone: ZoneInfo | None = None,
    now: str = "2026-01-01T12:00",
) -> Case:
    """A visit in Warsaw and the default policy for SMS, asked for long before by Warsaw's clock."""
    visit = an_appointment(start, patient_zone=patient_zone)
    asked = datetime.fromisoformat(now).replace(tzinfo=WARSAW).astimezone(UTC)
    return Case(visit, lead=policy.parse_lead(lead), quiet=policy.parse_window(quiet), notice=NOTICE, now=asked)


def a_policy(leads: str, *, quiet_hours: str = "21:00-08:00") -> Policy:
    """The default policy with other leads."""
    return policy.parse_policy(leads=leads, quiet_hours=quiet_hours, notice="2h")


def local(answer: datetime | Reason, zone: ZoneInfo = WARSAW) -> str:
    """An instant as the zone's clock shows it, with its offset."""
    assert isinstance(answer, datetime)
    return answer.astimezone(zone).isoformat(timespec="minutes")


zones = st.sampled_from([WARSAW, LONDON, NEW_YORK, KATHMANDU])
faces = st.integers(0, MINUTES_PER_DAY - 1).map(lambda minute: time(minute // 60, minute % 60))
windows = st.tuples(faces, faces).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Quiet(*pair))
night_changes = st.tuples(st.sampled_from(CLOCK_CHANGES), st.integers(-2 * MINUTES_PER_DAY, 4 * MINUTES_PER_DAY))
any_time = st.tuples(st.just(CLOCK_CHANGES[0]), st.integers(0, 600 * MINUTES_PER_DAY))
starts = (night_changes | any_time).map(lambda pair: pair[0] + pair[1] * MINUTE)
elapsed = st.integers(1, 3 * MINUTES_PER_DAY).map(lambda minutes: Elapsed(minutes * MINUTE))
any_leads: st.SearchStrategy[Lead] = elapsed | st.builds(DaysBefore, st.integers(1, 3), st.none() | faces)
appointments = st.builds(Appointment, start=starts, zone=zones, patient_zone=zones)


@st.composite
def cases(draw: st.DrawFn, *, leads: st.SearchStrategy[Lead] = any_leads) -> Case:
    """Any visit, lead and policy, asked for up to five days before the visit, or just after its start."""
    visit = draw(appointments)
    return Case(
        visit=visit,
        lead=draw(leads),
        quiet=draw(st.just(NIGHT) | windows | st.none()),
        notice=draw(st.integers(1, 6 * 60)) * MINUTE,
        now=visit.start - draw(st.integers(-30, 5 * MINUTES_PER_DAY)) * MINUTE,
    )
