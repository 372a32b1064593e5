"""Documents by their number or a part of it: `R-2026-000017`, `2026-17`, `17`, `R-2026-0000`."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from receipts import kinds
from receipts.models import Receipt, Series

NUMBER = re.compile(r"(?P<series>[A-Z0-9-]*?)-?(?P<sequence>[0-9]{1,9})")
BEGINNING = re.compile(r"[A-Z0-9]+-[A-Z0-9-]*")


def like(wanted: str) -> QuerySet[Receipt]:
    """Documents of any series whose name has the first part in it and whose sequence is the last; or that begin so."""
    text = wanted.upper()
    found = Q(number__in=candidates(text))
    if BEGINNING.fullmatch(text):
        found |= Q(number__startswith=text)
    return Receipt.objects.filter(found).order_by("-pk")


def candidates(text: str) -> list[str]:
    """The numbers that may be meant, in full, so that an index finds them; one for each series that fits."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return []
    series = Series.objects.filter(name__contains=match["series"]).values_list("name", flat=True)
    return [kinds.number_of(name, int(match["sequence"])) for name in series]
