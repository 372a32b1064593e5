"""What somebody might do to documents: in the database, and in a PDF."""

from __future__ import annotations

import io
from typing import Any

import pypdf
from django.db.models import F
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

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


def drawn_over(pdf: bytes, text: str) -> bytes:
    """The same PDF with a white box on its first page, and a text on that."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    page: Any = writer.pages[0]
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    page["/Resources"].get_object()["/Font"].get_object()[NameObject("/Mine")] = named
    box = StreamObject()
    box.set_data(b"q 1 g 60 60 400 300 re f Q BT 0 g /Mine 12 Tf 80 200 Td (%s) Tj ET" % text.encode())
    page[NameObject("/Contents")] = ArrayObject([page["/Contents"], writer._add_object(box)])
    return written(writer)


def annotated(pdf: bytes, text: str) -> bytes:
    """The same PDF with a note on its first page."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_annotation(0, FreeText(text=text, rect=(60, 60, 200, 100)))
    return written(writer)


def with_blank_page(pdf: bytes) -> bytes:
    """The same PDF and an empty page after it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_blank_page()
    return written(writer)


def saved_again(pdf: bytes) -> bytes:
    """The same pages and data as another program writes them."""
    return written(pypdf.PdfWriter(clone_from=io.BytesIO(pdf)))


def saved_after(pdf: bytes) -> bytes:
    """The same file, and after its end a second section, as a PDF viewer saves a change."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Subject": "Mine"})
    return written(writer)


def flipped(pdf: bytes, at: int) -> bytes:
    """The same PDF with one bit turned round."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def written(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
