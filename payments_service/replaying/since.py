"""How far back: `7d`, `36h` or a day of the clinic's calendar. Pure: the clock and the zone are handed in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SPAN = re.compile(r"([0-9]{1,4})([dh])", re.ASCII)
EXPECTED = "expected a span such as 7d or 36h, or a day such as 2026-11-20"


def instant(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant meant; a day begins at midnight where the clinic is. Raises ValueError with what is expected."""
    span = SPAN.fullmatch(text)
    if span:
        count = int(span[1])
        return now - (timedelta(days=count) if span[2] == "d" else timedelta(hours=count))
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError:
        raise ValueError(EXPECTED) from None
