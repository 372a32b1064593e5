"""The clinic's days: when one begins and ends, what people call it, and from when on it can be proven. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicekit import days

DAY = timedelta(days=1)
DAYS_AGO = {"today": 0, "yesterday": 1}
MORNING = time(7)
"""When the day before is proven, by the clinic's clock: what came late has come, and nobody has begun to work."""


def span(day: date, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A whole day as two UTC instants, the second one excluded; 23 or 25 hours apart where the clocks change.

    A midnight that the clock skips is the instant of the change, and of one that comes twice it is the earlier: so days
    follow each other without a gap.
    """
    first, end = (datetime.combine(each, time.min, tzinfo=zone).astimezone(UTC) for each in (day, day + DAY))
    return first, end


def named(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """`today`, `yesterday` or YYYY-MM-DD, by the clinic's calendar; raises ValueError for anything else."""
    if text in DAYS_AGO:
        return now.astimezone(zone).date() - DAYS_AGO[text] * DAY
    try:
        return days.written(text)
    except ValueError:
        raise ValueError(f"expected today, yesterday or YYYY-MM-DD, got {text!r}") from None


def begun(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """As `named`; raises ValueError also for a day that hasn't begun, of which nothing can be said."""
    day, today = named(text, now=now, zone=zone), now.astimezone(zone).date()
    if day > today:
        raise ValueError(f"{day} has not begun: the newest day is {today}")
    return day


def newest_to_prove(now: datetime, *, zone: ZoneInfo) -> date:
    """The day before this morning; before the morning the one before that."""
    local = now.astimezone(zone)
    return local.date() - (DAY if local.time() >= MORNING else 2 * DAY)
