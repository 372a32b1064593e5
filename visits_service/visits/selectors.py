"""Reads over visits for the API and pages. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from visits_service.visits.models import Patient, Visit

Place = tuple[datetime, int]
"""Where a visit stands in the order of pages: its start and its primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which visits are looked for; None and empty texts leave a question open. Instants are UTC, `end` is excluded."""

    first: datetime | None = None
    end: datetime | None = None
    updated_since: datetime | None = None
    status: str = ""
    patient: str = ""

    @property
    def condition(self) -> Q:
        """All of it as the database understands it."""
        conditions = {
            "starts_at__gte": self.first,
            "starts_at__lt": self.end,
            "changed_at__gte": self.updated_since,
            "status": self.status or None,
            "patient__external_id": self.patient or None,
        }
        return Q(**{name: value for name, value in conditions.items() if value is not None})


def visit(external_id: str) -> Visit | None:
    """The visit of that id, with its patient."""
    return Visit.objects.select_related("patient").filter(external_id=external_id).first()


def is_on_record(external_id: str, *, starts_at: datetime) -> bool:
    """Whether we know this visit with that very start."""
    return Visit.objects.filter(external_id=external_id, starts_at=starts_at).exists()


def page(wanted: Wanted, *, after: Place | None, limit: int) -> list[Visit]:
    """The first `limit` visits behind that place, with their patients, by start; an index gives the order."""
    rows = Visit.objects.select_related("patient").filter(wanted.condition)
    if after:
        start, pk = after
        # The first half of the condition is what the index is entered with.
        rows = rows.filter(Q(starts_at__gte=start), Q(starts_at__gt=start) | Q(pk__gt=pk))
    return list(rows.order_by("starts_at", "pk")[:limit])


def starting_between(first: datetime, end: datetime) -> QuerySet[Visit]:
    """Visits that start from `first` on and before `end`, the earliest first."""
    return Visit.objects.select_related("patient").filter(starts_at__gte=first, starts_at__lt=end).order_by("starts_at")


def visit_of(reference: str) -> Visit | None:
    """The visit that a link of ours stands for, with its patient."""
    return Visit.objects.select_related("patient").filter(reference=reference).first()


def patient_of(reference: str) -> Patient | None:
    """The patient that a link of ours stands for."""
    return Patient.objects.filter(reference=reference).first()
