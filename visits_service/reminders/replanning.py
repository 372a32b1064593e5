"""A changed policy for every visit that is still to come, batch by batch. Called by the command `replan`.

Each batch is a transaction that locks its visits, so workers and the booking system go on meanwhile. What has been
brought in line once doesn't change again: a run that was broken off is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from visits_service.reminders import planning
from visits_service.reminders.planning import Changes
from visits_service.visits.models import AHEAD, Visit

log = structlog.get_logger(__name__)

BATCH = 300


@dataclass(frozen=True, slots=True)
class Step:
    """What a batch came to: `visits` were looked at, `bad` of them couldn't be planned."""

    visits: int = 0
    planned: int = 0
    moved: int = 0
    voided: int = 0
    bad: int = 0

    def __add__(self, other: Step) -> Step:
        return Step(
            self.visits + other.visits,
            self.planned + other.planned,
            self.moved + other.moved,
            self.voided + other.voided,
            self.bad + other.bad,
        )


def ahead(*, now: datetime) -> list[int]:
    """Every visit that is still to come, the next one first."""
    visits = Visit.objects.filter(status__in=AHEAD, starts_at__gt=now)
    return list(visits.order_by("starts_at", "pk").values_list("pk", flat=True))


def replan(visit_ids: Sequence[int], *, now: datetime, dry_run: bool = False) -> Iterator[Step]:
    """Plan these visits by the rules as they are now; a step after each batch. A dry run takes everything back."""
    for first in range(0, len(visit_ids), BATCH):
        yield step(visit_ids[first : first + BATCH], now=now, dry_run=dry_run)


def step(visit_ids: Sequence[int], *, now: datetime, dry_run: bool) -> Step:
    """One batch; where a visit in it can't be planned, the batch is halved until that one stands alone."""
    try:
        changes = plan(visit_ids, now=now, dry_run=dry_run)
    except Exception as crash:
        if len(visit_ids) > 1:
            half = len(visit_ids) // 2
            return step(visit_ids[:half], now=now, dry_run=dry_run) + step(visit_ids[half:], now=now, dry_run=dry_run)
        log.error("visit_not_planned", visit=visit_ids[0], exc_info=crash)
        return Step(visits=1, bad=1)
    return Step(len(visit_ids), changes.planned, changes.moved, changes.voided)


def plan(visit_ids: Sequence[int], *, now: datetime, dry_run: bool) -> Changes:
    """Lock and plan these visits in one transaction; visits are locked in the order in which everybody locks them."""
    with transaction.atomic(durable=True):
        rows = Visit.objects.select_for_update(of=("self",)).filter(pk__in=visit_ids, status__in=AHEAD)
        changes = planning.plan_all(list(rows.order_by("pk").select_related("patient")), now=now)
        transaction.set_rollback(dry_run)
    return changes
