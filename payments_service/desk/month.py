"""Reads over the last days for the overview: one statement for each kind of row, grouped by the clinic's days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate
from redis.exceptions import RedisError

from notifications.models import Channel, Message, State
from payments_service.bookkeeping import days
from payments_service.payments.models import Movement, Payment

DAYS = 30
KEPT_SECONDS = 600
"""How old may be what is shown of the days before today; counting them anew takes longer than all the rest."""
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are shown, the last one today; when the first begins, and when today began and will end (UTC)."""

    days: tuple[date, ...]
    first: datetime
    midnight: datetime
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
    return Span(shown, days.span(shown[0], zone=zone)[0], *days.span(today, zone=zone))


def paid(shown: Span, *, zone: ZoneInfo) -> list[Moved]:
    """What came in; of the days before today as it was known a little while ago."""
    rows = over(shown, "paid", lambda first, end: moved(came_in(first, end), at="paid_at", amount="amount", zone=zone))
    return [Moved(*row) for row in rows]


def letters(shown: Span, *, zone: ZoneInfo) -> list[Letters]:
    """The emails of those days, by how they stand; of the days before today as it was known a little while ago."""
    return [Letters(*row) for row in over(shown, "letters", lambda first, end: written(first, end, zone=zone))]


def went_back(kind: Movement.Kind, first: datetime, end: datetime, *, zone: ZoneInfo) -> list[Moved]:
    """Refunds or disputes that began then, and how much has gone back of them, without what was never paid."""
    rows = Movement.objects.filter(kind=kind, moved_at__gte=first, moved_at__lt=end)
    paid_once = rows.exclude(last_error=Movement.Obstacle.NEVER_PAID)
    return [Moved(*row) for row in moved(paid_once, at="moved_at", amount="returned", zone=zone)]


def over(shown: Span, what: str, read: Callable[[datetime, datetime], list[Row]]) -> list[Row]:
    """What is read of today, behind what was read of the days before it, which is kept for minutes: counts only."""
    key = f"month:1:{what}:{shown.first.isoformat()}:{shown.midnight.isoformat()}"
    try:
        before = cache.get_or_set(key, lambda: read(shown.first, shown.midnight), timeout=KEPT_SECONDS)
    except RedisError:
        before = read(shown.first, shown.midnight)
    return [*(before or []), *read(shown.midnight, shown.end)]


def came_in(first: datetime, end: datetime) -> QuerySet[Payment]:
    """The payments of that time."""
    return Payment.objects.filter(paid_at__gte=first, paid_at__lt=end)


def moved(rows: QuerySet[Any], *, at: str, amount: str, zone: ZoneInfo) -> list[Row]:
    """What is paid or goes back, counted and summed: the values of `Moved`."""
    by_day = rows.annotate(day=TruncDate(at, tzinfo=zone)).order_by()
    grouped = by_day.values_list("day", "account", "livemode", "currency").annotate(Count("pk"), Sum(amount))
    return [(day, account, not live, currency.upper(), *sums) for day, account, live, currency, *sums in grouped]


def written(first: datetime, end: datetime, *, zone: ZoneInfo) -> list[Row]:
    """Emails, counted: the values of `Letters`. What was withdrawn was never to be sent."""
    rows = Message.objects.filter(created_at__gte=first, created_at__lt=end, channel=Channel.EMAIL)
    by_day = rows.exclude(state=State.WITHDRAWN).annotate(day=TruncDate("created_at", tzinfo=zone)).order_by()
    return list(by_day.values_list("day", "state").annotate(Count("pk")))
