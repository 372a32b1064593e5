"""Times as booking systems and people write them: ISO 8601, with an offset or by the clock of a zone. Pure.

A local time that the clocks skip, or show twice, is refused rather than guessed: a patient would come an hour early or
late. No sentence quotes the time itself, so it may stand in a log or a report.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from visits_service.reminders import wall_clock

CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
OFFSET = r"[Zz]|[+-][0-9]{2}:?[0-9]{2}"
TIME = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{CLOCK}(?:{OFFSET})?")

NO_TIME = "expected a date and a time, such as 2026-11-25T10:00 or 2026-11-25T10:00:00+01:00"
NO_DAY = "expected a day such as 2026-11-25, or a time such as 2026-11-25T10:00:00Z (in an address, + is written %2B)"
SKIPPED = "expected a time that exists: the clocks of that time zone skip this one when they are set forward"
TWICE = (
    "expected the time with its offset, {offsets}: the clocks of that time zone show it twice when they are set back"
)


def instant(value: Any, *, zone: ZoneInfo) -> datetime:
    """The whole second in UTC; without an offset it is local time in `zone`. Raises ValueError with its sentence."""
    time = written(value)
    try:
        if time.tzinfo:
            return time.astimezone(UTC)
        readings = wall_clock.readings(time, zone=zone)
    except OverflowError:
        raise ValueError(NO_TIME) from None
    if not readings:
        raise ValueError(SKIPPED)
    if len(readings) > 1:
        raise ValueError(TWICE.format(offsets=" or ".join(offset(each, zone=zone) for each in readings)))
    return readings[0]


def beginning(value: Any, *, zone: ZoneInfo) -> datetime:
    """As `instant`, also of a whole day; local times that exist twice mean the first. For filters."""
    try:
        local = datetime.combine(date.fromisoformat(value), datetime.min.time()) if len(value) == 10 else written(value)
        return wall_clock.in_utc(local) if local.tzinfo else wall_clock.instant_of(local, zone=zone)
    except (ValueError, OverflowError):
        raise ValueError(NO_DAY) from None


def written(value: Any) -> datetime:
    """What was written, aware where it has an offset. Raises ValueError."""
    if not isinstance(value, str) or not TIME.fullmatch(value.strip()):
        raise ValueError(NO_TIME)
    try:
        return datetime.fromisoformat(value.strip().upper()).replace(microsecond=0)
    except ValueError:
        raise ValueError(NO_TIME) from None


def offset(instant: datetime, *, zone: ZoneInfo) -> str:
    """The zone's offset at an instant, as it is written: `+01:00`."""
    return instant.astimezone(zone).isoformat()[-6:]
