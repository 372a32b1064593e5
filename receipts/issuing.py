"""Issue a receipt: one row with the next number of its series. `receipts.filing` makes its PDF afterwards."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from receipts import frozen, kinds, numbering, seals
from receipts.models import Receipt
from receipts.sealing import Document
from receipts.snapshot import Snapshot


def issue(snapshot: Snapshot, *, at: datetime, clinic: str = "") -> Receipt:
    """The receipt for the snapshot's (kind, reference): issued now, or the one that exists already.

    `at` is an aware instant; within a series no document is issued before the one before it. `clinic` opens the number
    where a clinic has a series of its own, as "MU" does in "MU-R-2026-000001". Works alone and inside a caller's
    transaction; either everything is written or nothing. When two callers race, the unique constraint decides: the
    loser gives its number back and gets the winner's receipt.
    """
    if (existing := find(snapshot.kind, snapshot.reference)) is not None:
        return existing
    try:
        with transaction.atomic():
            return _write(snapshot, at=at, clinic=clinic)
    except IntegrityError:
        winner = find(snapshot.kind, snapshot.reference)
        if winner is None:
            raise
        return winner


def find(kind: str, reference: str) -> Receipt | None:
    """The receipt of that money movement, if there is one."""
    return Receipt.objects.filter(kind=kind, reference=reference).first()


def _write(snapshot: Snapshot, *, at: datetime, clinic: str) -> Receipt:
    """The row, sealed, and due for rendering at once."""
    series = numbering.series_of(snapshot.kind, test=snapshot.test, at=at, timezone=snapshot.timezone, clinic=clinic)
    sequence = numbering.take(series)
    document = _document(snapshot, series=series, sequence=sequence, at=at)
    receipt = Receipt.objects.create(**seals.columns(document), due_at=Now())
    del receipt.due_at  # the database knows it, and is asked by whoever wants to know
    return receipt


def _document(snapshot: Snapshot, *, series: str, sequence: int, at: datetime) -> Document:
    """What is sealed. The snapshot remembers the template of today.

    A caller may have read the clock before the caller who got the number before; it isn't issued earlier for that.
    """
    before = seals.last_of(series)
    today = kinds.get(snapshot.kind).template
    lasting = dataclasses.replace(snapshot, template_version=snapshot.template_version or today)
    return Document(
        number=kinds.number_of(series, sequence),
        series=series,
        sequence=sequence,
        kind=snapshot.kind,
        test=snapshot.test,
        issued_at=max(at, before.issued_at or at),
        amount=snapshot.total,
        currency=snapshot.currency.upper(),
        reference=snapshot.reference,
        snapshot=frozen.to_json(lasting),
        previous=before.hash,
    )
