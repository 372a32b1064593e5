"""PDFs on record from a folder into the storage that settings name, each checked by its hash at both ends.

What is there already is left alone, so it can be stopped and run again. The door is the command `move_pdfs`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from receipts import filing, storage
from receipts.models import Receipt

AT_ONCE = 8
"""A bucket takes its time for each file, and not much longer for eight."""

BATCH = 200
KEY = ("series", "number", "pdf_sha256")
"""What a file's key is made of."""


class Outcome(StrEnum):
    """What became of one PDF, in the words of the command."""

    MOVED = "moved"
    THERE = "already there"
    MADE_AGAIN = "made again"
    PURGED = "purged meanwhile"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF on record: its number, its key below the folder, and its content's SHA-256 (hex)."""

    number: str
    key: str
    sha256: str


def documents() -> Iterator[list[Document]]:
    """All PDFs on record in the order of issue, batch by batch; those that are rendered meanwhile come last."""
    last = 0
    rows = Receipt.objects.exclude(pdf_key="").order_by("pk")
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "number", "pdf_key", "pdf_sha256")[:BATCH]):
        last = batch[-1][0]
        yield [Document(*each) for _, *each in batch]


def forget(folder: Path) -> int:
    """Delete from the folder what is left there of purged documents, whose keys their rows don't have any more."""
    count = 0
    for series, number, sha256 in Receipt.objects.filter(purged_at__isnull=False).values_list(*KEY).iterator():
        file = folder / storage.pdf_key(series, number=number, sha256=sha256)
        if sha256 and file.is_file():
            file.unlink()
            count += 1
    return count


def count() -> int:
    """How many PDFs are on record."""
    return Receipt.objects.exclude(pdf_key="").count()


def move(batch: list[Document], *, folder: Path, remove: bool) -> Iterator[tuple[Document, Outcome]]:
    """Have each of them in the storage; one that the folder lacks, or has with other bytes, is made again.

    `remove` deletes a file of the folder once the storage gives the same bytes back. Raises storage.Away.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        copied = list(threads.map(lambda each: copy(each, folder=folder), batch))
    for document, found in zip(batch, copied, strict=True):
        outcome = settled(document, found)
        if remove and outcome is not Outcome.LOST:
            (folder / document.key).unlink(missing_ok=True)
        yield document, outcome


def settled(document: Document, found: Outcome | None) -> Outcome:
    """What became of a file in the end: one that wasn't found is made again, and a purge in between has its way."""
    if filing.purged_meanwhile(document.number, key=document.key):
        return Outcome.PURGED
    return found or made_again(document)


def copy(document: Document, *, folder: Path) -> Outcome | None:
    """Copy one file unless it is there, and read it back; None when the folder hasn't the one on record."""
    if is_stored(document):
        return Outcome.THERE
    try:
        content = (folder / document.key).read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(content).hexdigest() != document.sha256:
        return None
    storage.keep_pdf(document.key, content)
    if not is_stored(document):
        raise storage.Away("storage_changes_files")
    return Outcome.MOVED


def is_stored(document: Document) -> bool:
    """Whether the storage gives the bytes on record."""
    content = storage.read_pdf(document.key)
    return content is not None and hashlib.sha256(content).hexdigest() == document.sha256


def made_again(document: Document) -> Outcome:
    """Render a file that is lost, the same to the byte, and keep it; LOST when today's libraries make another one."""
    try:
        filing.read(Receipt.objects.get(number=document.number))
    except filing.Damaged:
        return Outcome.LOST
    return Outcome.MADE_AGAIN
