"""Takes the person out of a document whose time is over, and leaves number, amounts, taxes, hash and signature.

The row's hash no longer fits what is left of it, so the purge is signed: when, and the hash of what is left. `verify`
tells such a row from one that somebody has changed, and a change after the purge from the purge.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from receipts import frozen, keys, purge_claims, sealing, seals, storage
from receipts.models import Purged, Receipt
from receipts.snapshot import Service, Snapshot


def overdue(before: datetime) -> QuerySet[Receipt]:
    """Documents of the years before the one that `before` is in: a year's documents are kept until its end.

    One whose file is still there has been left by a crash, and is overdue too. What still wants work isn't.
    """
    year = before.astimezone(UTC).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    old = Receipt.objects.filter(issued_at__lt=year, due_at=None)
    return old.filter(purged_at=None) | old.exclude(pdf_key="")


def kept_until(issued_at: datetime, *, keep: timedelta) -> date:
    """The first day on which a purge may take a document of then: `overdue` the other way round."""
    end_of_year = datetime(issued_at.astimezone(UTC).year + 1, 1, 1, tzinfo=UTC)
    return (end_of_year + keep).date()


def purge(*, before: datetime, limit: int, at: datetime, why: str) -> int:
    """Purge the oldest of these; how many."""
    rows = list(overdue(before).order_by("issued_at", "pk").select_for_update(of=("self",))[:limit])
    for row in rows:
        forget(row, at=at, why=why)
    return len(rows)


def forget(row: Receipt, *, at: datetime, why: str) -> None:
    """Purge one locked document. The row says so first; its file goes after the commit.

    A crash in between leaves a file that the next purge finds by its key.
    """
    if row.purged_at is None:
        row.snapshot = frozen.to_json(without_person(frozen.from_json(row.snapshot)))
        row.purged_at = at
        row.save(update_fields=["snapshot", "purged_at"])
        sign(row, at=at, why=why)
    transaction.on_commit(lambda: drop_file(row.pk, row.pdf_key))


def drop_file(receipt_id: int, key: str) -> None:
    """Delete the file of a purged document, and then its key; while the storage is away, the next purge has both."""
    if key:
        try:
            storage.delete_pdf(key)
        except storage.Away:
            return
        Receipt.objects.filter(pk=receipt_id, purged_at__isnull=False).update(pdf_key="")


def sign(row: Receipt, *, at: datetime, why: str) -> None:
    """Put the purge on record, signed with today's key; a document without a seal has nothing to be told from."""
    left = sealing.hash_of(seals.document_of(row))
    key_id, signature = keys.current().sign_text(purge_claims.of(row.number, hash_=row.hash, left=left, at=at))
    Purged.objects.create(receipt=row, at=at, why=why, left=left, key_id=key_id, signature=signature)


def without_person(snapshot: Snapshot) -> Snapshot:
    """What is left: who issued it, how much, which taxes, for which payment; not for whom, and not for what."""
    lines = tuple(dataclasses.replace(line, description="") for line in snapshot.lines)
    method = dataclasses.replace(snapshot.method, last4="", brand="", wallet="")
    return dataclasses.replace(snapshot, patient_name="", payer_name="", service=Service(), lines=lines, method=method)
