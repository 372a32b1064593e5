"""Whether the numbers of a series are all there, each once: counted by the database, over the whole series.

A series that is as it should be costs one aggregate that reads an index and nothing else; only where the counts don't
fit are the numbers gone through one by one, still in the database.
"""

from __future__ import annotations

from django.db.models import Count, F, Max, Window
from django.db.models.functions import Lag

from payments_service.bookkeeping.proof import MOST_NAMED, Numbering
from receipts import kinds
from receipts.models import Receipt, Series

Span = tuple[int, int]


def check(series: str) -> Numbering:
    """All numbers of a series, from 1 to the last that its counter has given out."""
    found = Receipt.objects.filter(series=series).aggregate(
        rows=Count("sequence"),
        numbers=Count("sequence", distinct=True),
        highest=Max("sequence"),
    )
    counted = Series.objects.filter(name=series).values_list("last", flat=True).first() or 0
    highest, last = found["highest"] or 0, max(found["highest"] or 0, counted)
    spans = [] if found["numbers"] == highest else gaps(series)
    spans += [(highest + 1, last)] if last > highest else []
    doubled = [] if found["rows"] == found["numbers"] else doubles(series)
    return Numbering(
        series,
        first=kinds.number_of(series, 1),
        last=kinds.number_of(series, last),
        missing=tuple(named(series, span) for span in spans[:MOST_NAMED]),
        missing_count=last - found["numbers"],
        doubled=tuple(kinds.number_of(series, each) for each in doubled),
        doubled_count=found["rows"] - found["numbers"],
    )


def gaps(series: str) -> list[Span]:
    """The first spans of numbers that nobody has, between 1 and the highest that somebody has."""
    before = Window(Lag("sequence", default=0), partition_by="series", order_by="sequence")
    rows = Receipt.objects.filter(series=series).annotate(before=before).filter(sequence__gt=F("before") + 1)
    found = rows.order_by("sequence").values_list("before", "sequence")[:MOST_NAMED]
    return [(before + 1, sequence - 1) for before, sequence in found]


def doubles(series: str) -> list[int]:
    """The first numbers that more than one document has."""
    rows = Receipt.objects.filter(series=series).values("sequence").annotate(rows=Count("pk")).filter(rows__gt=1)
    return list(rows.order_by("sequence").values_list("sequence", flat=True)[:MOST_NAMED])


def named(series: str, span: Span) -> str:
    """One number, or the first and the last of a span."""
    first, last = (kinds.number_of(series, each) for each in span)
    return first if first == last else f"{first} – {last}"
