"""What somebody might do to documents: in the database, and in a PDF."""

from __future__ import annotations

import io
from typing import Any

import pypdf
from django.db.models import F
from pypdf.generic import StreamObject

from receipts import issuing
from receipts.models import Receipt
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, a_snapshot

ASIDE = 1_000_000


def issued(count: int, **changes: Any) -> list[Receipt]:
    """So many receipts in one series, a second after each other."""
    return [issue_one(index, **changes) for index in range(1, count + 1)]


def issue_one(index: int, **changes: Any) -> Receipt:
    at = ISSUED_AT.replace(second=index % 60, minute=index // 60)
    return issuing.issue(a_snapshot(reference=f"pi_{index}", **changes), at=at)


def number(index: int) -> str:
    return f"R-2026-{index:06d}"


def rows(*indexes: int) -> Any:
    """Rows by their place in the series, for an UPDATE or DELETE that issuing knows nothing of."""
    return Receipt.objects.filter(series="R-2026", sequence__in=indexes)


def swap_numbers(one: int, other: int) -> None:
    """Two rows change places: each gets the other's sequence and number."""
    rows(one).update(sequence=ASIDE, number="aside")
    rows(other).update(sequence=one, number=number(one))
    rows(ASIDE).update(sequence=other, number=number(other))


def swap_contents(one: int, other: int) -> None:
    """Two rows keep their places and seals, and get what the other one says."""
    names = ("kind", "test", "issued_at", "amount", "currency", "snapshot")
    first, second = (rows(each).values(*names).get() for each in (one, other))
    references = {each: rows(each).values_list("reference", flat=True).get() for each in (one, other)}
    rows(one).update(reference="aside", **second)
    rows(other).update(reference=references[one], **first)
    rows(one).update(reference=references[other])


def renumber_after(removed: int) -> None:
    """Remove a row and close the gap."""
    rows(removed).delete()
    for row in Receipt.objects.filter(series="R-2026", sequence__gt=removed).order_by("sequence"):
        Receipt.objects.filter(pk=row.pk).update(sequence=F("sequence") - 1, number=number(row.sequence - 1))


def with_data(pdf: bytes, data: bytes) -> bytes:
    """The same PDF with other attached data."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    attached = [
        each for each in writer._objects if isinstance(each, StreamObject) and each.get("/Type") == "/EmbeddedFile"
    ]
    [stream] = attached
    stream.set_data(data)
    return written(writer)


def without_data(pdf: bytes) -> bytes:
    """The same pages, printed to a new file."""
    writer = pypdf.PdfWriter()
    for page in reading.open_pdf(pdf).pages:
        writer.add_page(page)
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
