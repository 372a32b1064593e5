"""The stored PDFs against the rows that they belong to. Neighbour of `receipts.chain`, which walks the rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from receipts import storage
from receipts.findings import RESTORE, Finding, Kind
from receipts.models import Receipt
from receipts.sealing import Malformed, Sealed

FROM_BACKUP = "Restore the file from a backup, or delete it: it is then made again, and must come out as on record."


def examine(row: Receipt, sealed: Sealed | None) -> Iterator[Finding]:
    """Whether the PDF of a row is there, is the one on record, and carries the row's own seal, where that is whole."""
    if not row.pdf_key:
        return
    content = storage.read_pdf(row.pdf_key)
    if content is None:
        yield Finding(Kind.FILE_MISSING, row.number, f"Its PDF {row.pdf_key} is not in the storage.", FROM_BACKUP)
    elif hashlib.sha256(content).hexdigest() != row.pdf_sha256:
        yield Finding(Kind.FILE_CHANGED, row.number, f"Its PDF {row.pdf_key} is not the one on record.", FROM_BACKUP)
    elif (sealed or not row.hash) and sealed_in(content) != sealed:
        what = f"Its PDF {row.pdf_key} and the row have different seals: one of them was replaced."
        yield Finding(Kind.FILE_CHANGED, row.number, what, RESTORE)


def sealed_as(row: Receipt) -> Sealed | None:
    """What the row's PDF says was sealed, if it can be read and still is about the row's own seal."""
    try:
        content = storage.read_pdf(row.pdf_key) if row.pdf_key else None
    except storage.Away:
        return None
    sealed = sealed_in(content) if content else None
    return sealed if sealed and sealed.hash == row.hash and sealed.is_whole else None


def sealed_in(content: bytes) -> Sealed | None:
    """The sealed data of a PDF, if it has any that can be read; what reads PDFs is loaded for the first one."""
    from receipts import reading

    try:
        return reading.sealed_in(content)
    except (reading.Unreadable, reading.NotSealed, Malformed):
        return None
