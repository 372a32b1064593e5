"""How far back a person wants to look. Pure: the clock and the zone are handed in."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicekit import days

SPAN = re.compile(r"([1-9][0-9]{0,3})([dh])", re.ASCII)
UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1)}
EXPECTED = "expected a span such as 7d or 36h, or a day of the past such as 2026-11-01"


def instant(written: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that `7d`, `36h` or `2026-11-01` means: so long ago, or when that day began by the zone's clock.

    Raises ValueError, with a sentence, for anything else.
    """
    if span := SPAN.fullmatch(written):
        return now - int(span[1]) * UNITS[span[2]]
    try:
        began = datetime.combine(days.written(written), time(), tzinfo=zone)
    except ValueError:
        raise ValueError(EXPECTED) from None
    if began >= now:
        raise ValueError(EXPECTED)
    return began
