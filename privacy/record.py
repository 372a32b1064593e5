"""Export and erasure of one person, each with its row on record. Called by the commands and the admin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from privacy import archive, digests, service
from privacy.models import Erasure, Export
from privacy.service import Erased

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for what becomes of whom: `given` are identifiers by their names, `by` a member of staff."""

    given: Mapping[str, str]
    by: str
    at: datetime


def erase(order: Order, *, dry_run: bool = False) -> Erased:
    """Erase the person, all of it or nothing. A dry run does the same and takes it back, so what it says is so.

    Raises NotKnown, Ambiguous and Busy.
    """
    ours = service.of_this_project()
    with transaction.atomic():
        erased = ours.erase(ours.find(order.given), at=order.at)
        if dry_run:
            transaction.set_rollback(True)
            return erased
        row = Erasure.objects.create(
            at=order.at,
            by=order.by,
            digests=digests.of_all(order.given),
            counts=dict(erased.counts),
            kept=[{"name": each.name, "why": each.why, "until": each.until.isoformat()} for each in erased.kept],
        )
    log.info("person_erased", erasure=row.pk, rows=sum(erased.counts.values()), kept=len(erased.kept))
    return erased


def export(order: Order) -> bytes:
    """The archive of all that is kept of the person; that it was made is on record. Raises NotKnown and Ambiguous.

    It is packed first: nothing is on record that nobody was given.
    """
    ours = service.of_this_project()
    exported = ours.export(ours.find(order.given))
    content = archive.packed(exported, at=order.at)
    counts = {name: len(rows) for name, rows in exported.data.items() if rows}
    row = Export.objects.create(at=order.at, by=order.by, digests=digests.of_all(order.given), counts=counts)
    log.info("person_exported", export=row.pk, rows=sum(counts.values()))
    return content
