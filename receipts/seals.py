"""Between the row of a receipt and its seal: what is sealed of it, and the next link of its series' chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from receipts import keys, sealing
from receipts.models import Receipt
from receipts.sealing import Document, Sealed

REPEATED = ("number", "series", "sequence", "kind", "test", "issued_at", "amount", "currency", "reference", "snapshot")
"""The columns that a seal covers, beside `previous_hash`."""


@dataclass(frozen=True, slots=True)
class Link:
    """What the next document of a series follows: a hash (hex), and an instant that it can't be issued before."""

    hash: str
    issued_at: datetime | None = None


def last_of(series: str) -> Link:
    """The newest sealed document of the series, or its genesis. Only after `numbering.take`, which holds the series."""
    sealed = Receipt.objects.filter(series=series).exclude(hash="").order_by("-sequence")
    found = sealed.values_list("hash", "issued_at").first()
    return Link(*found) if found else Link(sealing.genesis(series))


def document_of(receipt: Receipt) -> Document:
    """What is, or would be, sealed of a row as it stands now."""
    return Document(previous=receipt.previous_hash, **{name: getattr(receipt, name) for name in REPEATED})


def of(receipt: Receipt) -> Sealed | None:
    """The row with its seal as they stand, right or wrong; None for one that was issued before there were seals."""
    if not receipt.hash:
        return None
    return Sealed(document_of(receipt), receipt.hash, key_id=receipt.key_id, signature=receipt.signature)


def columns(document: Document) -> dict[str, Any]:
    """The columns of a new row: the document's, and its seal by today's key."""
    sealed = keys.current().sign(document)
    seal = {"hash": sealed.hash, "key_id": sealed.key_id, "signature": sealed.signature}
    return {name: getattr(document, name) for name in REPEATED} | seal | {"previous_hash": document.previous}
