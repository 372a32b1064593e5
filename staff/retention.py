"""Access records don't stay for ever: the purge of old ones. Beyond that nobody deletes one."""

from __future__ import annotations

from datetime import datetime

from staff.models import AccessRecord


def purge(*, before: datetime, limit: int) -> int:
    """Delete at most `limit` records that are older, the oldest first; how many it were.

    The database refuses it for records of the last thirty days.
    """
    oldest = AccessRecord.objects.filter(at__lt=before).order_by("at", "pk").values("pk")[:limit]
    deleted, _ = AccessRecord.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
    return deleted
