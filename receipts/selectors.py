"""Reads over receipts for APIs, sweepers and pages. Nothing here writes."""

from __future__ import annotations

from datetime import timedelta

from receipts.models import Receipt
from servicekit import claims


def by_number(number: str) -> Receipt | None:
    """The receipt with that number."""
    return Receipt.objects.filter(number=number).first()


def by_reference(reference: str) -> list[Receipt]:
    """Every document about that movement of money, oldest first."""
    return list(Receipt.objects.filter(reference=reference).order_by("issued_at", "sequence"))


def due_for_rendering(*, limit: int, overdue: timedelta = timedelta(0)) -> list[int]:
    """Ids of receipts without a PDF that have waited for at least `overdue`."""
    return claims.due(Receipt.objects.all(), limit=limit, overdue=overdue)
