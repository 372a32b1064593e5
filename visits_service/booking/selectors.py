"""Reads over visits together with their reminders. Nothing here writes."""

from __future__ import annotations

from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit


def reminders(visit: Visit) -> list[Reminder]:
    """Every reminder of every version of a visit with its message, in the order of their instants."""
    return list(
        Reminder.objects.filter(visit=visit).select_related("message").order_by("visit_version", "send_at", "pk")
    )
