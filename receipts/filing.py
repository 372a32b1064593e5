"""The PDF of an issued receipt: rendered, stored, on record. After `receipts.issuing`; whoever sends it comes next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from receipts import frozen, rendering, storage
from receipts.models import Receipt
from servicekit import claims

# Longer than the hard time limit of the task that renders.
LEASE = timedelta(minutes=5)


class Damaged(RuntimeError):
    """The stored file is gone or changed, and today's libraries can't make the same bytes again."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A receipt whose PDF is stored; `sha256` is of the file's bytes (hex)."""

    receipt_id: int
    number: str
    pdf_key: str
    sha256: str


def render_due(receipt_id: int, *, now: datetime) -> Filed | None:
    """Render and store one receipt that is due; None when it isn't, or when another worker has it.

    Doing it again after a crash makes the same file. An error leaves its name on the row and the receipt due later.
    """
    receipt = claims.claim(Receipt.objects.all(), receipt_id, lease=LEASE)
    if receipt is None:
        return None
    with claims.postponed_on_crash(receipt):
        content = render(receipt)
        sha256 = hashlib.sha256(content).hexdigest()
        key = storage.pdf_key(receipt.series, number=receipt.number, sha256=sha256)
        storage.keep_pdf(key, content)
        kept = claims.settle(
            receipt,
            rendered_at=now,
            pdf_key=key,
            pdf_sha256=sha256,
            rendered_with=rendering.versions(frozen.from_json(receipt.snapshot)),
        )
    return Filed(receipt_id=receipt.pk, number=receipt.number, pdf_key=key, sha256=sha256) if kept else None


def render(receipt: Receipt) -> bytes:
    """The PDF's bytes from the receipt's snapshot, not from storage."""
    snapshot = frozen.from_json(receipt.snapshot)
    logo = storage.read_logo(snapshot.clinic.logo)
    return rendering.render(snapshot, number=receipt.number, issued_at=receipt.issued_at, logo=logo)


def read(receipt: Receipt) -> bytes:
    """The PDF as it was filed, checked against its hash; a lost file is rendered again and put back.

    Raises Damaged when that gives other bytes than those on record.
    """
    if not receipt.pdf_key:
        raise Damaged(f"{receipt.number} has no PDF yet")
    content = storage.read_pdf(receipt.pdf_key)
    if content is not None and _is_that(receipt, content):
        return content
    content = render(receipt)
    if not _is_that(receipt, content):
        raise Damaged(f"the PDF of {receipt.number} is lost and comes out different today; restore {receipt.pdf_key}")
    storage.keep_pdf(receipt.pdf_key, content)
    return content


def _is_that(receipt: Receipt, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
