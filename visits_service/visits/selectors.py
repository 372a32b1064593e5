"""Reads over visits for the API and pages. Nothing here writes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from visits_service.visits.models import Visit


def visit(external_id: str) -> Visit | None:
    """The visit of that id, with its patient."""
    return Visit.objects.select_related("patient").filter(external_id=external_id).first()


def starting_between(first: datetime, end: datetime) -> QuerySet[Visit]:
    """Visits that start from `first` on and before `end`, the earliest first."""
    return Visit.objects.select_related("patient").filter(starts_at__gte=first, starts_at__lt=end).order_by("starts_at")
