"""Reads over the last thirty days for the overview: a statement for each kind of row, grouped by the clinic's days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.db.models.functions import TruncDate

from notifications.models import Message, State
from visits_service.reminders import wall_clock
from visits_service.reminders.models import Answer
from visits_service.visits.models import Visit

DAYS = 30
CONFIRMED, CANCELLED, UNCONFIRMED = "confirmed", "cancelled", "unconfirmed"
Counts = Counter[tuple[date, str]]
"""How many of each sort there were on each day."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are shown, the last one today by the clinic's clock, and the instants between which they lie."""

    days: tuple[date, ...]
    first: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The clinic's day that isn't over yet."""
        return self.days[-1]


def span(now: datetime, *, zone: ZoneInfo) -> Span:
    """The last thirty days by the clinic's calendar; the end is excluded."""
    today = now.astimezone(zone).date()
    shown = tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))
    return Span(shown, wall_clock.day(shown[0], zone=zone)[0], wall_clock.day(today, zone=zone)[1], zone)


def visits(shown: Span) -> Counts:
    """Visits by the day when they start: confirmed by the patient, cancelled, or neither."""
    rows = Visit.objects.filter(starts_at__gte=shown.first, starts_at__lt=shown.end)
    sort = Case(
        When(status=Visit.Status.CANCELLED, then=Value(CANCELLED)),
        When(confirmed_at__isnull=False, then=Value(CONFIRMED)),
        default=Value(UNCONFIRMED),
        output_field=CharField(),
    )
    return counted(rows.annotate(sort=sort), shown, at="starts_at")


def messages(shown: Span) -> Counts:
    """Emails and texts by the day when they were written, and how they stand, without those that were taken back."""
    rows = Message.objects.filter(created_at__gte=shown.first, created_at__lt=shown.end).exclude(state=State.WITHDRAWN)
    return counted(rows.annotate(sort=F("state")), shown, at="created_at")


def answers(shown: Span) -> Counts:
    """What patients said, by day and kind."""
    rows = Answer.objects.filter(received_at__gte=shown.first, received_at__lt=shown.end)
    return counted(rows.annotate(sort=F("kind")), shown, at="received_at")


def counted(rows: QuerySet[Visit] | QuerySet[Message] | QuerySet[Answer], shown: Span, *, at: str) -> Counts:
    """Rows that have a `sort`, by the clinic's day of that column."""
    by_day = rows.annotate(day=TruncDate(at, tzinfo=shown.zone)).order_by().values_list("day", "sort")
    return Counter({(day, sort): count for day, sort, count in by_day.annotate(Count("pk"))})
