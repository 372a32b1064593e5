"""Forgets why a document was sent again, since somebody may have named its patient; that it was stays.

In place of a reason stands a keyed hash of it, since no two reasons of a document are the same. The letter's own key is
what keeps the same reason from sending it once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from payments_service.replaying.models import Replay
from privacy import digests

FORGOTTEN = "forgotten:"


def overdue(before: datetime) -> QuerySet[Replay]:
    """Reasons from before then."""
    return Replay.objects.filter(at__lt=before).exclude(reason__startswith=FORGOTTEN)


def purge(*, before: datetime, limit: int) -> int:
    """Forget the oldest of these reasons; how many."""
    return emptied(overdue(before).order_by("at")[:limit])


def forget(numbers: Iterable[str]) -> int:
    """Forget why these documents were sent again; how many reasons."""
    rows = Replay.objects.filter(document__in=list(numbers)).exclude(reason__startswith=FORGOTTEN)
    return emptied(rows)


def emptied(replays: Iterable[Replay]) -> int:
    """Put a digest in each reason's place; how many."""
    rows = list(replays)
    for row in rows:
        Replay.objects.filter(pk=row.pk).update(reason=f"{FORGOTTEN}{digests.of('reason', row.reason)[:16]}")
    return len(rows)
