"""Reads over visits for the API and pages. Nothing here writes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from visits_service.visits.models import Patient, Visit


def visit(external_id: str) -> Visit | None:
    """The visit of that id, with its patient."""
    return Visit.objects.select_related("patient").filter(external_id=external_id).first()


def starting_between(first: datetime, end: datetime) -> QuerySet[Visit]:
    """Visits that start from `first` on and before `end`, the earliest first."""
    return Visit.objects.select_related("patient").filter(starts_at__gte=first, starts_at__lt=end).order_by("starts_at")


def visit_of(reference: str) -> Visit | None:
    """The visit that a link of ours stands for, with its patient."""
    return Visit.objects.select_related("patient").filter(reference=reference).first()


def patient_of(reference: str) -> Patient | None:
    """The patient that a link of ours stands for."""
    return Patient.objects.filter(reference=reference).first()
