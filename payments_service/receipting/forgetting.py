"""Forgets what staff noted about how a document got to its patient; that and how it did stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from payments_service.receipting.models import HandedOver


def overdue(before: datetime) -> QuerySet[HandedOver]:
    """Notes from before then."""
    return HandedOver.objects.filter(at__lt=before, note__gt="")


def purge(*, before: datetime, limit: int) -> int:
    """Forget the oldest of these notes; how many."""
    oldest = list(overdue(before).order_by("at").values_list("pk", flat=True)[:limit])
    return HandedOver.objects.filter(pk__in=oldest).update(note="")


def forget(numbers: Iterable[str]) -> int:
    """Forget what was noted about these documents; how many notes."""
    return HandedOver.objects.filter(receipt__number__in=list(numbers), note__gt="").update(note="")
