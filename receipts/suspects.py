"""Rows that aren't what was sealed: what was done to them? Neighbour of `receipts.chain`.

The seal itself says only that something was changed. What, is told by the other suspects (two may have been swapped),
by the documents around, and by the PDF, which has the sealed data in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from receipts import kinds, sealing, seals, stored
from receipts.findings import RESTORE, Finding, Kind
from receipts.models import Receipt
from receipts.sealing import Document
from receipts.succession import Step

MOST = 50
"""So many are compared with each other; of more the rest is explained without."""


@dataclass(slots=True)
class Suspects:
    """The rows of one series that await an explanation, each with the last sound document before it."""

    rows: list[tuple[Receipt, Step | None]] = field(default_factory=list)

    def add(self, row: Receipt, after: Step | None) -> Iterator[Finding]:
        """Keep a row for the end; explained at once when there are too many."""
        if len(self.rows) < MOST:
            self.rows.append((row, after))
        else:
            yield explain(row, after=after)

    def explained(self) -> Iterator[Finding]:
        """A finding for each row that was kept."""
        places = {row.sequence: sealed_at(row, self._places_beside(row)) for row, _ in self.rows}
        for row, after in self.rows:
            place = places[row.sequence]
            twin = place if places.get(place) == row.sequence else self._content_twin(row)
            if twin:
                yield swap(row, twin)
            elif place:
                yield renumbered(row, place)
            else:
                yield explain(row, after=after)

    def _places_beside(self, row: Receipt) -> list[int]:
        """Where it may have stood: at another suspect's place, or one further on."""
        return [*(other.sequence for other, _ in self.rows if other is not row), row.sequence + 1, row.sequence - 1]

    def _content_twin(self, row: Receipt) -> int:
        return next((other.sequence for other, _ in self.rows if other is not row and has_content_of(row, other)), 0)


def sealed_at(row: Receipt, places: list[int]) -> int:
    """The one of these places under whose number the row was sealed; 0 when it is none of them."""
    document = seals.document_of(row)
    for place in places:
        moved = dataclasses.replace(document, sequence=place, number=kinds.number_of(row.series, place))
        if sealing.hash_of(moved) == row.hash:
            return place
    return 0


def has_content_of(row: Receipt, other: Receipt) -> bool:
    """Whether what was sealed of the row is what the other one says now."""
    content = dataclasses.replace(
        seals.document_of(other), number=row.number, sequence=row.sequence, previous=row.previous_hash
    )
    return sealing.hash_of(content) == row.hash


def swap(row: Receipt, twin: int) -> Finding:
    """Two rows stand in each other's place."""
    what = f"It and {kinds.number_of(row.series, twin)} stand in each other's place."
    return Finding(Kind.SWAPPED, row.number, what, RESTORE)


def renumbered(row: Receipt, place: int) -> Finding:
    """A row that got another number."""
    what = f"It was sealed as {kinds.number_of(row.series, place)} and got another number since."
    return Finding(Kind.RENUMBERED, row.number, what, RESTORE)


def explain(row: Receipt, *, after: Step | None) -> Finding:
    """Changed, and if it can be told: back-dated, or in which fields."""
    sealed = stored.sealed_as(row)
    fields = differing(sealed.document, seals.document_of(row)) if sealed else []
    if sealed and row.issued_at < sealed.document.issued_at:
        what = f"It was sealed later than it says now.{named(fields)}"
        return Finding(Kind.BACK_DATED, row.number, what, RESTORE)
    if after and row.issued_at < after.issued_at:
        what = f"It is dated before {after.number}, and was changed after it was sealed.{named(fields)}"
        return Finding(Kind.BACK_DATED, row.number, what, RESTORE)
    return Finding(Kind.CHANGED, row.number, f"The row was changed after it was sealed.{named(fields)}", RESTORE)


def differing(then: Document, now: Document) -> list[str]:
    """The names of the fields that differ, those of the snapshot one by one."""
    columns = [field.name for field in dataclasses.fields(Document)]
    outer = [name for name in columns if getattr(then, name) != getattr(now, name)]
    if "snapshot" not in outer or not isinstance(now.snapshot, dict):
        return outer
    outer.remove("snapshot")
    inner = {key for key in {*then.snapshot, *now.snapshot} if then.snapshot.get(key) != now.snapshot.get(key)}
    return [*outer, *(f"snapshot.{key}" for key in sorted(inner))]


def named(fields: list[str]) -> str:
    """The sentence that names them."""
    return f" By its PDF, what differs is {', '.join(fields)}." if fields else ""
