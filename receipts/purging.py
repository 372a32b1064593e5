"""Takes the person out of a document whose time is over, and leaves number, amounts, taxes, hash and signature.

The row's hash no longer fits what is left of it, so the purge is signed: when, and the hash of what is left. `verify`
tells such a row from one that somebody has changed, and a change after the purge from the purge. The PDF goes after
that, in a step of its own that no transaction waits for.
"""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from receipts import frozen, keys, purge_claims, sealing, seals, storage
from receipts.models import Purged, Receipt
from receipts.snapshot import Service, Snapshot

FILES_SECONDS = 20.0
"""How long files are deleted in one go: a slow bucket mustn't outlive the turn of whoever purges."""


def overdue(before: datetime) -> QuerySet[Receipt]:
    """Documents of the years before the one that `before` is in, but for what is purged or still wants work.

    A year's documents are kept until its end.
    """
    year = before.astimezone(UTC).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return Receipt.objects.filter(issued_at__lt=year, due_at=None, purged_at=None)


def files_left() -> QuerySet[Receipt]:
    """Purged documents whose PDF is still there."""
    return Receipt.objects.filter(purged_at__isnull=False, pdf_key__gt="")


def over_at(issued_at: datetime, *, keep: timedelta) -> datetime:
    """From when on a purge may take a document of then: `overdue` the other way round."""
    return datetime(issued_at.astimezone(UTC).year + 1, 1, 1, tzinfo=UTC) + keep


def purge(*, before: datetime, limit: int, at: datetime, why: str) -> int:
    """Purge the oldest of these; how many."""
    rows = list(overdue(before).order_by("issued_at", "pk").select_for_update(of=("self",))[:limit])
    for row in rows:
        forget(row, at=at, why=why)
    return len(rows)


def forget(row: Receipt, *, at: datetime, why: str) -> None:
    """Purge one locked document, but for its file."""
    row.snapshot = frozen.to_json(without_person(frozen.from_json(row.snapshot)))
    row.purged_at = at
    row.save(update_fields=["snapshot", "purged_at"])
    sign(row, at=at, why=why)


def purge_files(*, limit: int) -> int:
    """Delete the PDFs of purged documents, the longest purged first; how many. Call it outside any transaction.

    It ends early at the first one that can't be deleted, and where the storage takes long: what is left waits for the
    next call.
    """
    until, count = time.monotonic() + FILES_SECONDS, 0
    for pk, key in files_left().order_by("purged_at", "pk").values_list("pk", "pdf_key")[:limit]:
        if time.monotonic() > until or not file_dropped(pk, key):
            break
        count += 1
    return count


def file_dropped(receipt_id: int, key: str) -> bool:
    """Whether the file of a purged document could be deleted; then its key goes too."""
    try:
        storage.delete_pdf(key)
    except storage.Away:
        return False
    Receipt.objects.filter(pk=receipt_id, pdf_key=key, purged_at__isnull=False).update(pdf_key="")
    return True


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
