"""What tests of reminders do: scan at an instant, and look at what has become of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from visits_service.reminders import due, planning, policy
from visits_service.reminders.models import Reminder
from visits_service.reminders.policy import Policy
from visits_service.visits.models import Patient, Visit

TOLD = tuple[str, str, str]


def scan(now: datetime, *, most: int = due.BATCH) -> Counter[str]:
    """Scan until nothing is due at that instant; the number of reminders by their state."""
    states: Counter[str] = Counter()
    while (found := due.remind(now=now, most=most)).taken:
        states += found.states
    return states


def states(**about: Any) -> list[TOLD]:
    """Channel, state and reason of the reminders that are asked for, in the order in which they were planned."""
    rows = Reminder.objects.filter(**about).order_by("pk")
    return [(row.channel, row.state, row.reason) for row in rows]


def recipients() -> list[str]:
    """Whom the messages in the outbox go to, in alphabetical order."""
    return sorted(Message.objects.values_list("to", flat=True))


def many_visits(number: int, *, starts_at: datetime, **about: Any) -> list[Visit]:
    """So many visits of as many patients at one time, with their reminders planned, in a few statements."""
    patients = Patient.objects.bulk_create(
        Patient(
            external_id=f"patient-{each}",
            name=f"Patient {each}",
            email=f"patient-{each}@patients.example",
            phone=f"+48601{each:06}",
        )
        for each in range(number)
    )
    now = timezone.now()
    values: dict[str, Any] = {"timezone": "Europe/Warsaw", "created_at": now, "changed_at": now} | about
    visits = Visit.objects.bulk_create(
        Visit(external_id=f"visit-{each}", patient=patient, starts_at=starts_at, **values)
        for each, patient in enumerate(patients)
    )
    plan(visits, now=now)
    return visits


def plan(visits: Sequence[Visit], *, now: datetime) -> None:
    """Plan these visits in a transaction."""
    with transaction.atomic():
        planning.plan_all(visits, now=now)


def rules(**changes: str) -> Policy:
    """The clinic's rules with some of their texts changed: `leads`, `quiet_hours`, `notice`."""
    texts = {
        "leads": settings.REMINDER_LEADS,
        "quiet_hours": settings.QUIET_HOURS,
        "notice": settings.REMINDER_MIN_NOTICE,
    }
    return policy.parse_policy(**(texts | changes))
