"""The PDF of an issued receipt: rendered, stored, on record. After `receipts.issuing`; whoever sends it comes next.

What renders is loaded by whoever renders: most processes only read what was filed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from receipts import frozen, seals, storage
from receipts.models import Receipt
from servicekit import claims

LEASE = timedelta(seconds=60)
"""Longer than the hard time limit of the task that renders."""


class Damaged(RuntimeError):
    """The stored file is gone or changed, and today's libraries can't make the same bytes again."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A PDF that is stored; `sha256` is of the file's bytes (hex), `made_with` the version of all that shaped them."""

    pdf_key: str
    sha256: str
    made_with: dict[str, str]


def claim(receipt_id: int) -> Receipt | None:
    """Take one receipt that is due for its PDF; None when it isn't, or when another worker has it."""
    return claims.claim(Receipt, receipt_id, lease=LEASE)


def file_pdf(receipt: Receipt) -> Filed:
    """Render and store the PDF of a claimed receipt. Doing it again after a crash makes the same file.

    Raises storage.Away.
    """
    from receipts import rendering

    content = render(receipt)
    sha256 = hashlib.sha256(content).hexdigest()
    key = storage.pdf_key(receipt.series, number=receipt.number, sha256=sha256)
    storage.keep_pdf(key, content)
    return Filed(key, sha256, rendering.versions(frozen.from_json(receipt.snapshot)))


def record(receipt: Receipt, filed: Filed, *, now: datetime) -> bool:
    """Write down that the PDF is stored; False when the lease was lost. In the transaction that hands it on.

    Which doesn't wait for the disk: what a crash undoes is rendered again, to the same file, and nothing has left the
    house by then, since a letter is sent only after a commit of its own that does wait.
    """
    on_record = {"pdf_key": filed.pdf_key, "pdf_sha256": filed.sha256, "rendered_with": filed.made_with}
    kept = claims.settle(receipt, lasting=False, rendered_at=now, **on_record)
    if kept:
        receipt.pdf_key, receipt.pdf_sha256 = filed.pdf_key, filed.sha256
    return kept


def render(receipt: Receipt) -> bytes:
    """The PDF's bytes from the receipt's snapshot, not from storage."""
    from receipts import rendering

    snapshot = frozen.from_json(receipt.snapshot)
    logo = storage.read_logo(snapshot.clinic.logo)
    return rendering.render(
        snapshot, number=receipt.number, issued_at=receipt.issued_at, logo=logo, sealed=seals.of(receipt)
    )


def read(receipt: Receipt) -> bytes:
    """The PDF as it was filed, checked against its hash; a lost file is rendered again and put back.

    While the storage is away, it is rendered for this once. Raises Damaged when that gives other bytes than those on
    record, and storage.Away when they are kept where nobody can look now.
    """
    if receipt.purged_at:
        raise Damaged(f"{receipt.number} was purged on {receipt.purged_at:%Y-%m-%d}, and has no PDF any more")
    if not receipt.pdf_key:
        raise Damaged(f"{receipt.number} has no PDF yet")
    try:
        content = storage.read_pdf(receipt.pdf_key)
    except storage.Away as away:
        return made_again(receipt, otherwise=away)
    if content is not None and _is_that(receipt, content):
        return content
    lost = Damaged(f"the PDF of {receipt.number} is lost and comes out different today; restore {receipt.pdf_key}")
    content = made_again(receipt, otherwise=lost)
    storage.keep_pdf(receipt.pdf_key, content)
    if purged_meanwhile(receipt.number, key=receipt.pdf_key):
        raise Damaged(f"{receipt.number} has just been purged, and has no PDF any more")
    return content


def purged_meanwhile(number: str, *, key: str) -> bool:
    """Whether a document was purged while its file was written once more; then the file goes again. Raises Away.

    The purge may have looked for the file before it was there. It gets the key back: should we fail, it comes again.
    """
    purged = Receipt.objects.filter(number=number, purged_at__isnull=False)
    if not purged.update(pdf_key=key):
        return False
    storage.delete_pdf(key)
    purged.update(pdf_key="")
    return True


def made_again(receipt: Receipt, *, otherwise: Exception) -> bytes:
    """The bytes on record, rendered; raises the other exception when today's libraries make different ones."""
    content = render(receipt)
    if not _is_that(receipt, content):
        raise otherwise
    return content


def _is_that(receipt: Receipt, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
