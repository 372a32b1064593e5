"""Numbers of receipts: which series, and the next number in it. Neighbour of `receipts.issuing`.

A number is given out inside the transaction that writes its receipt. If that is rolled back, so is the counter:
hence no gap, whatever crashes. The counter's row stays locked until the commit, so one series issues one at a time.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from receipts import kinds
from receipts.models import Series
from servicekit import compiled
from servicekit.compiled import Slot, Update


def series_of(kind: str, *, test: bool, at: datetime, timezone: str, clinic: str = "") -> str:
    """The series of a document issued at that instant: "R-2026" by the clinic's year, "TEST-R-2026" in test mode.

    A clinic that counts its own documents opens the name of its series: "MU-R-2026", "TEST-MU-R-2026".
    """
    year = at.astimezone(ZoneInfo(timezone)).year
    parts = ("TEST" if test else "", clinic, kinds.get(kind).prefix, str(year))
    return "-".join(part for part in parts if part)


def take(series: str) -> int:
    """The next sequence of the series, starting with 1. Only inside a transaction, which decides whether it counts."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken inside the transaction that writes its receipt")
    counting = compiled.once("the next number", one_more)
    counter = counting.run(series=series)
    if counter is None:
        Series.objects.bulk_create([Series(name=series)], ignore_conflicts=True)
        counter = counting.run(series=series)
        assert counter
    return counter.last


def one_more() -> Update[Series]:
    """What counts on."""
    return Update(Series.objects.filter(name=Slot("series")), {"last": F("last") + 1})
