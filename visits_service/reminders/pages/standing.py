"""How a visit stands in the eyes of its patient: what the page says first, and what it offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Max

from notifications.models import State
from visits_service.reminders import answers
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit


class Standing(StrEnum):
    """One of these at a time."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Sight:
    """What there is to see of a visit.

    `changed` says that it was another one in the last reminder that went out; `asked` is the patient's latest wish
    that nobody at the clinic has seen to yet, `move` or `cancel`.
    """

    standing: Standing
    changed: bool = False
    asked: str = ""

    @property
    def to_come(self) -> bool:
        """Whether the visit takes place and hasn't begun."""
        return self.standing in (Standing.BOOKED, Standing.CONFIRMED)


def sight_of(visit: Visit, *, now: datetime, seen_otherwise: bool = False) -> Sight:
    """How the visit stands now; `seen_otherwise` says that the patient has just acted on an older sight of it."""
    if visit.status == Visit.Status.CANCELLED:
        return Sight(Standing.CANCELLED)
    if not answers.is_to_come(visit, now=now):
        return Sight(Standing.PAST)
    wish = answers.waiting(visit).first()
    confirmed = visit.status == Visit.Status.CONFIRMED
    return Sight(
        Standing.CONFIRMED if confirmed else Standing.BOOKED,
        changed=seen_otherwise or has_changed(visit),
        asked=wish.kind if wish else "",
    )


def has_changed(visit: Visit) -> bool:
    """Whether the last reminder that went out spoke of an earlier version of the visit."""
    went_out = Reminder.objects.filter(visit=visit, message__state__in=(State.SENT, State.DELIVERED))
    last: int | None = went_out.aggregate(last=Max("visit_version"))["last"]
    return last is not None and last < visit.version
