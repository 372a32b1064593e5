"""The clinic's rules for reminders as staff write them down: leads, quiet hours, the shortest notice. Pure.

A lead in hours is elapsed time, one in days is a date by the visit's clock. They differ by an hour where clocks change.
The default of `24h` leaves a patient the full 24 hours in which visits may be cancelled free of charge; a clinic that
wants the day before at the same time of day, whatever the clocks do, writes `1d`. No text depends on it: whether it
says "tomorrow" is decided when it is sent.

Every parser raises ValueError with one sentence that says what is expected; `str` writes a value as it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from visits_service.reminders import wall_clock
from visits_service.reminders.quiet import Quiet

CHANNELS = ("email", "sms")
UNNAMED = "sms"
"""The channel of quiet hours that are written without one: a phone wakes people, a mailbox doesn't."""
DEFAULT_QUIET: Mapping[str, Quiet | None] = {"email": None, "sms": Quiet(time(21), time(8))}
NONE = "none"

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LONGEST = timedelta(days=365)
A_LEAD = f"a lead such as 24h, 90m, 2d or 1d@10:00, up to {LONGEST.days} days"

CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
ELAPSED = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[hm])")
DAYS = re.compile(rf"(?P<days>[0-9]{{1,3}})d(?:@(?P<at>{CLOCK}))?")
WINDOW = re.compile(rf"(?P<start>{CLOCK})-(?P<end>{CLOCK})")


@dataclass(frozen=True, slots=True)
class Elapsed:
    """`24h`, `90m`: that much time before the visit starts, whatever the clocks do in between."""

    span: timedelta

    def __str__(self) -> str:
        return span_text(self.span)

    def before(self, start: datetime, *, zone: ZoneInfo) -> datetime:
        """The instant in UTC."""
        return wall_clock.in_utc(start) - self.span


@dataclass(frozen=True, slots=True)
class DaysBefore:
    """`2d`, `1d@10:00`: calendar days earlier by the visit's clock, at the visit's own time of day or at that one."""

    days: int
    at: time | None = None

    def __str__(self) -> str:
        return f"{self.days}d" + (f"@{self.at:%H:%M}" if self.at is not None else "")

    def before(self, start: datetime, *, zone: ZoneInfo) -> datetime:
        """The instant in UTC, by the clock of the visit's zone."""
        return wall_clock.days_before(start, self.days, at=self.at, zone=zone)


Lead = Elapsed | DaysBefore


@dataclass(frozen=True, slots=True)
class Policy:
    """When reminders go out; `quiet` has every channel, with None for one that is never quiet."""

    leads: tuple[Lead, ...]
    quiet: Mapping[str, Quiet | None]
    notice: timedelta

    def __post_init__(self) -> None:
        for lead in self.leads:
            if isinstance(lead, Elapsed) and lead.span < self.notice:
                raise ValueError(f"expected leads of at least the notice of {span_text(self.notice)}, got {lead}")


def parse_policy(*, leads: str, quiet_hours: str, notice: str) -> Policy:
    """All the rules from their texts. Raises ValueError also for a lead that is shorter than the notice."""
    return Policy(leads=parse_leads(leads), quiet=parse_quiet_hours(quiet_hours), notice=parse_notice(notice))


def parse_leads(text: str) -> tuple[Lead, ...]:
    """One or more leads separated by commas, in the order in which they are written, each one once."""
    leads = tuple(parse_lead(each.strip()) for each in text.split(","))
    for place, lead in enumerate(leads):
        if lead in leads[:place]:
            raise ValueError(f"expected each lead once, got {lead} twice in {text!r}")
    return leads


def parse_lead(text: str) -> Lead:
    """`24h` or `90m` before the visit, `2d` earlier at the same time of day, `1d@10:00` the day before at ten."""
    found = DAYS.fullmatch(text)
    if not found:
        return Elapsed(parse_span(text, expected=A_LEAD))
    days = int(found["days"])
    if not 0 < days <= LONGEST.days:
        raise ValueError(f"expected {A_LEAD}, got {text!r}")
    return DaysBefore(days, at=time.fromisoformat(found["at"]) if found["at"] else None)


def parse_notice(text: str) -> timedelta:
    """The shortest time that a reminder leaves before the visit: `2h`, `90m`."""
    return parse_span(text.strip(), expected="a notice in hours or minutes such as 2h or 90m")


def parse_span(text: str, *, expected: str) -> timedelta:
    """Hours or minutes: a minute or more and a year at most, else a ValueError that says what was expected."""
    found = ELAPSED.fullmatch(text)
    span = int(found["count"]) * (HOUR if found["unit"] == "h" else MINUTE) if found else timedelta()
    if not MINUTE <= span <= LONGEST:
        raise ValueError(f"expected {expected}, got {text!r}")
    return span


def span_text(span: timedelta) -> str:
    """The span as it is parsed: in hours where they are whole, else in minutes."""
    return f"{span // MINUTE}m" if span % HOUR else f"{span // HOUR}h"


def parse_quiet_hours(text: str) -> dict[str, Quiet | None]:
    """Quiet hours of every channel: `21:00-08:00` for SMS, `sms=21:00-08:00,email=22:00-07:00` for each its own.

    `none`, or nothing at all, means no quiet hours; a channel that isn't named keeps its default.
    """
    chosen: dict[str, Quiet | None] = {}
    for each in (text.strip() or NONE).split(","):
        channel, equals, window = (part.strip() for part in each.rpartition("="))
        channel = channel if equals else UNNAMED
        if channel not in CHANNELS or channel in chosen:
            raise ValueError(f"expected quiet hours once per channel ({', '.join(CHANNELS)}), got {text!r}")
        chosen[channel] = parse_window(window)
    return {**DEFAULT_QUIET, **chosen}


def parse_window(text: str) -> Quiet | None:
    """`21:00-08:00`, past midnight or not, or `none`."""
    if text == NONE:
        return None
    if not (found := WINDOW.fullmatch(text)):
        raise ValueError(f"expected quiet hours such as 21:00-08:00, or none, got {text!r}")
    return Quiet(time.fromisoformat(found["start"]), time.fromisoformat(found["end"]))


def quiet_text(quiet: Mapping[str, Quiet | None]) -> str:
    """Every channel's quiet hours in one line, as they are parsed: `email=none,sms=21:00-08:00`."""
    return ",".join(f"{channel}={window or NONE}" for channel, window in sorted(quiet.items()))
