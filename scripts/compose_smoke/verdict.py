"""Whether what came out is right: one receipt each, numbers without a gap, one letter each. Pure; `outcome` asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A receipt on record: the payment that it is for, its series, and its place there."""

    payment: str
    series: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a service has on record about a letter; `possible_double` when a process died while it was being sent."""

    address: str
    message_id: str
    state: str
    possible_double: bool


def of_receipts(documents: Sequence[Document], *, payments: Iterable[str]) -> Iterator[str]:
    """What is wrong with the receipts, in a sentence each."""
    count = Counter(document.payment for document in documents)
    for payment in payments:
        if count[payment] != 1:
            yield f"{payment} has {count[payment]} receipts"
    series: dict[str, list[int]] = {}
    for document in documents:
        series.setdefault(document.series, []).append(document.sequence)
    for name, numbers in series.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"the numbers of {name} have a gap or a double: {sorted(numbers)}"


def of_letters(
    arrived: Mapping[str, Sequence[str]], *, records: Sequence[Record], people: Iterable[str]
) -> Iterator[str]:
    """What is wrong with the letters; `arrived` gives the Message-IDs of what came to each address.

    A second copy is right only when the record says that a process died while the letter was being sent, and then it
    bears the same Message-ID, by which mail programs drop it.
    """
    on_record: dict[str, list[Record]] = {}
    for record in records:
        on_record.setdefault(record.address, []).append(record)
    for address in people:
        mine = on_record.get(address, [])
        if len(mine) != 1 or mine[0].state != "sent":
            yield f"{address} has on record: {', '.join(record.state for record in mine) or 'nothing'}"
            continue
        yield from of_copies(arrived.get(address, []), record=mine[0])


def of_copies(message_ids: Sequence[str], *, record: Record) -> Iterator[str]:
    """What is wrong with the copies of one letter."""
    if set(message_ids) != {record.message_id}:
        yield f"{record.address} got {len(message_ids)} letters, of which {len(set(message_ids))} differ"
    elif len(message_ids) > 1 and not record.possible_double:
        yield f"{record.address} got {len(message_ids)} copies, and nothing on record says why"
