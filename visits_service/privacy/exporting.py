"""All that is kept of one patient, in plain values. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Model

from notifications.models import Attempt, TrackingEvent
from privacy import plain
from privacy.service import Exported
from visits_service.privacy.people import Person
from visits_service.visits.models import VisitVersion

OURS: dict[str, tuple[str, ...]] = {
    "patient": ("external_id", "name", "email", "phone", "locale", "timezone", "channels"),
    "visits": (
        *("external_id", "practitioner", "place", "starts_at", "ends_at", "timezone", "status", "version"),
        *("confirmed_at", "created_at", "changed_at"),
    ),
    "earlier versions of visits": (
        "visit_id",
        "version",
        "status",
        "starts_at",
        "timezone",
        "practitioner",
        "place",
        "at",
    ),
    "reminders": ("visit_id", "visit_version", "lead", "channel", "send_at", "state", "reason", "message_id"),
    "messages": ("id", "about", "channel", "state", "language", "to", "subject", "text", "created_at", "sent_at"),
    "attempts": ("message_id", "number", "outcome", "code", "started_at", "finished_at"),
    "reports": ("message_id", "kind", "code", "at", "received_at"),
    "answers": ("source", "kind", "number", "text", "received_at"),
    "opt-outs": ("channel", "address", "source", "since", "until"),
}
"""The columns of each kind that tell of the patient; members of staff are left out."""


def export(person: Person) -> Exported:
    """Everything, each kind as a list."""
    rows: Mapping[str, Iterable[Model]] = {
        "patient": [person.patient],
        "visits": person.visits,
        "earlier versions of visits": VisitVersion.objects.filter(visit__in=person.visits).order_by("visit", "version"),
        "reminders": person.reminders,
        "messages": person.messages,
        "attempts": Attempt.objects.filter(message__in=person.messages),
        "reports": TrackingEvent.objects.filter(message__in=person.messages),
        "answers": person.answers,
        "opt-outs": person.opt_outs,
    }
    return Exported({name: plain.rows(found, OURS[name]) for name, found in rows.items()})
