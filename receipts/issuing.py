"""Issue a receipt: one row with the next number of its series. `receipts.filing` makes its PDF afterwards."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from receipts import frozen, kinds, numbering
from receipts.models import Receipt
from receipts.snapshot import Snapshot


def issue(snapshot: Snapshot, *, at: datetime, clinic: str = "") -> Receipt:
    """The receipt for the snapshot's (kind, reference): issued now, or the one that exists already.

    `at` is an aware instant; `clinic` opens the number where a clinic has a series of its own, as "MU" does in
    "MU-R-2026-000001". Works alone and inside a caller's transaction; either everything is written or nothing.
    When two callers race, the unique constraint decides: the loser gives its number back and gets the winner's receipt.
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
    """The row, due for rendering at once. The snapshot remembers the template of today."""
    today = kinds.get(snapshot.kind).template
    lasting = dataclasses.replace(snapshot, template_version=snapshot.template_version or today)
    series = numbering.series_of(snapshot.kind, test=snapshot.test, at=at, timezone=snapshot.timezone, clinic=clinic)
    sequence = numbering.take(series)
    receipt = Receipt.objects.create(
        series=series,
        sequence=sequence,
        number=numbering.number_of(series, sequence),
        kind=snapshot.kind,
        reference=snapshot.reference,
        test=snapshot.test,
        currency=snapshot.currency.upper(),
        amount=snapshot.total,
        issued_at=at,
        snapshot=frozen.to_json(lasting),
        due_at=Now(),
    )
    receipt.refresh_from_db(fields=["due_at"])
    return receipt
