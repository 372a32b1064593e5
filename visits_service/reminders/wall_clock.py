"""Instants by the clock on somebody's wall, which skips an hour in spring and repeats one in autumn. Pure.

Instants go in aware of their offset, a naive one raises ValueError; they come out in UTC. A zone's clock is taken to
change at most once within a week, and on a whole minute, as every zone's has done for decades.
"""

from __future__ import annotations

import bisect
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class DayWord(StrEnum):
    """A day that has a word of its own."""

    TODAY = "today"
    TOMORROW = "tomorrow"


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive one, which Python would read by the server's clock."""
    if instant.utcoffset() is None:
        raise ValueError(f"expected an instant with its offset, got {instant.isoformat()}")
    return instant.astimezone(UTC)


def whole_minute(instant: datetime) -> datetime:
    """The minute that has begun."""
    return instant.replace(second=0, microsecond=0)


def instant_of(local: datetime, *, zone: ZoneInfo) -> datetime:
    """When the zone's clock shows this naive local time, in UTC.

    Of a time that comes twice the earlier; for a time that is skipped the first instant after the gap.
    """
    earlier = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if earlier.astimezone(zone).replace(tzinfo=None) == local:
        return earlier
    # In a gap the two folds are read by the offsets before and after it, and so lie on its two sides.
    before_gap = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return clock_change(before_gap, earlier, zone=zone) or earlier


def readings(local: datetime, *, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every instant at which the zone's clock shows this naive local time, in UTC and in order.

    None for a time that the clock skips, two for one that comes twice.
    """
    folds = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(sorted({each for each in folds if each.astimezone(zone).replace(tzinfo=None) == local}))


def clock_change(low: datetime, high: datetime, *, zone: ZoneInfo) -> datetime | None:
    """The first instant after `low` and up to `high` that the zone counts with another offset; None without one."""
    low = whole_minute(in_utc(low))
    offset = low.astimezone(zone).utcoffset()
    minutes = range((in_utc(high) - low) // MINUTE + 1)
    first = bisect.bisect(minutes, False, key=lambda n: (low + n * MINUTE).astimezone(zone).utcoffset() != offset)
    return low + first * MINUTE if first < len(minutes) else None


def days_before(instant: datetime, days: int, *, at: time | None, zone: ZoneInfo) -> datetime:
    """So many calendar days earlier by the zone's clock: at that time, or at the time that the instant itself has.

    From 10:00 to 10:00 the day before are 23 or 25 hours where the clock changes between the two.
    """
    local = in_utc(instant).astimezone(zone)
    return instant_of(datetime.combine(local.date() - days * DAY, at or local.time()), zone=zone)


def day(wanted: date, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A whole calendar day as two UTC instants, the second one excluded; 23 or 25 hours apart at a clock change."""
    midnights = (datetime.combine(each, time.min) for each in (wanted, wanted + DAY))
    first, end = (instant_of(midnight, zone=zone) for midnight in midnights)
    return first, end


def tomorrow(now: datetime, *, clinic: ZoneInfo) -> tuple[datetime, datetime]:
    """The clinic's whole next day as two UTC instants; 23 or 25 hours apart when the clocks change."""
    return day(in_utc(now).astimezone(clinic).date() + DAY, zone=clinic)


def day_word(sent_at: datetime, *, start: datetime, zone: ZoneInfo) -> DayWord | date:
    """What a text that is sent at this instant calls the visit's day, by the visit's clock: a word, else the date."""
    read_on, held_on = (in_utc(instant).astimezone(zone).date() for instant in (sent_at, start))
    words = {read_on: DayWord.TODAY, read_on + DAY: DayWord.TOMORROW}
    return words.get(held_on, held_on)
