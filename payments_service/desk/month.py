"""Reads over the last days for the overview: one statement for each kind of row, grouped by the clinic's days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from notifications.models import Channel, Message, State
from payments_service.bookkeeping import days
from payments_service.payments.models import Movement, Payment

DAYS = 30


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are shown, the last one today, and the instants between which they lie, the second excluded."""

    days: tuple[date, ...]
    first: datetime
    end: datetime

    @property
    def today(self) -> date:
        """The clinic's day that isn't over yet."""
        return self.days[-1]


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved on a day to or from one account, in one mode and currency (upper case), in minor units."""

    day: date
    account: str
    test: bool
    currency: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Letters:
    """How many emails that were written on a day are in one state now."""

    day: date
    state: str
    count: int


def span(now: datetime, *, zone: ZoneInfo) -> Span:
    """The last thirty days by the clinic's calendar."""
    today = now.astimezone(zone).date()
    shown = tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))
    return Span(shown, days.span(shown[0], zone=zone)[0], days.span(today, zone=zone)[1])


def paid(shown: Span, *, zone: ZoneInfo) -> list[Moved]:
    """What came in."""
    rows = Payment.objects.filter(paid_at__gte=shown.first, paid_at__lt=shown.end)
    return list(moved(rows, at="paid_at", amount="amount", zone=zone))


def went_back(kind: Movement.Kind, first: datetime, end: datetime, *, zone: ZoneInfo) -> list[Moved]:
    """Refunds or disputes that began then, and how much has gone back of them, without what was never paid."""
    rows = Movement.objects.filter(kind=kind, moved_at__gte=first, moved_at__lt=end)
    paid_once = rows.exclude(last_error=Movement.Obstacle.NEVER_PAID)
    return list(moved(paid_once, at="moved_at", amount="returned", zone=zone))


def moved(rows: QuerySet[Any], *, at: str, amount: str, zone: ZoneInfo) -> Iterator[Moved]:
    """The rows of either, counted and summed."""
    by_day = rows.annotate(day=TruncDate(at, tzinfo=zone)).order_by()
    grouped = by_day.values_list("day", "account", "livemode", "currency")
    for day, account, live, currency, count, sum_ in grouped.annotate(Count("pk"), Sum(amount)):
        yield Moved(day, account, not live, currency.upper(), count, sum_)


def letters(shown: Span, *, zone: ZoneInfo) -> list[Letters]:
    """The emails of those days, by how they stand; what was withdrawn was never to be sent."""
    rows = Message.objects.filter(created_at__gte=shown.first, created_at__lt=shown.end, channel=Channel.EMAIL)
    counted = rows.exclude(state=State.WITHDRAWN).annotate(day=TruncDate("created_at", tzinfo=zone)).order_by()
    return [Letters(*row) for row in counted.values_list("day", "state").annotate(Count("pk"))]
