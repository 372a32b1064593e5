"""Access records don't stay for ever: the purge of old ones. Beyond that nobody deletes one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from staff.models import AccessRecord


def overdue(before: datetime) -> QuerySet[AccessRecord]:
    """What is older, the oldest first."""
    return AccessRecord.objects.filter(at__lt=before).order_by("at", "pk")


def purge(*, before: datetime, limit: int) -> int:
    """Delete at most `limit` records that are older, the oldest first; how many it were.

    The database refuses it for records of the last thirty days.
    """
    oldest = list(overdue(before).values_list("pk", flat=True)[:limit])
    deleted, _ = AccessRecord.objects.filter(pk__in=oldest).delete()
    return deleted
