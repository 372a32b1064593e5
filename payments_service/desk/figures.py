"""Counts and sums as they are read: amounts per currency and mode, emails by outcome, a line for each clinic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from notifications.models import State
from payments_service.desk import month
from payments_service.payments.filters import OWN
from payments_service.payments.models import Payment
from receipts import money
from servicekit.overview import lists
from servicekit.overview.board import Figure, Table
from servicekit.overview.lists import Reader

OUTCOMES = (
    ("Delivered", (State.DELIVERED,), "good"),
    ("Taken by the mail provider", (State.SENT,), "look-0"),
    ("Waiting to be sent", (State.QUEUED,), "open"),
    ("Came back or failed", (State.BOUNCED, State.FAILED), "wrong"),
)
"""How emails end, in the words of the overview; every state but one that was withdrawn is in here."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How much, and how often, by mode and currency; what is in test mode comes last."""

    parts: tuple[tuple[bool, str, int, int], ...]

    @staticmethod
    def of(moved: Iterable[month.Moved]) -> Sums:
        """All of these together."""
        counts: dict[tuple[bool, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for each in moved:
            count, amount = counts[each.test, each.currency]
            counts[each.test, each.currency] = count + each.count, amount + each.amount
        return Sums(tuple((*key, *value) for key, value in sorted(counts.items())))

    @property
    def count(self) -> int:
        """How often, in every currency and mode."""
        return sum(count for _, _, count, _ in self.parts)

    @property
    def said(self) -> str:
        """The amounts one after another; nothing where nothing has moved."""
        return ", ".join(amount_of(amount, currency, test=test) for test, currency, _, amount in self.parts if amount)

    def each(self) -> Iterator[tuple[str, str, str]]:
        """For each currency and mode its name, its amount and how many times."""
        for test, currency, count, amount in self.parts:
            times = "1 payment" if count == 1 else f"{count} payments"
            yield named(currency, test=test), amount_of(amount, currency), times


def named(currency: str, *, test: bool) -> str:
    """A currency, and that no money moved where it was a test."""
    return f"{currency} (test)" if test else currency


def amount_of(amount: int, currency: str, *, test: bool = False) -> str:
    """An amount as the staff's pages write it."""
    said = money.format_amount(amount, currency=currency, locale="en")
    return f"{said} (test)" if test else said


def outcomes(sent: Iterable[month.Letters]) -> Iterator[tuple[str, int, str, str]]:
    """For each outcome its name, how many there are, their states as a filter takes them, and how that looks."""
    counts: dict[str, int] = defaultdict(int)
    for each in sent:
        counts[each.state] += each.count
    for name, states, look in OUTCOMES:
        count = sum(counts[state] for state in states)
        tone = look if count and not look.startswith("look") else ""
        yield name, count, ",".join(states), tone


def clinics(moved: Iterable[month.Moved], *, reader: Reader, today: tuple[datetime, datetime]) -> Table:
    """Payments and amounts of a day for each clinic, the installation's own first, accounts nobody described last."""
    by_account: dict[str, list[month.Moved]] = defaultdict(list)
    for each in moved:
        by_account[each.account].append(each)
    known = ["", *settings.CLINIC_PROFILES]
    unknown = sorted(by_account.keys() - set(known))
    rows = tuple(line(account, by_account[account], reader, today) for account in (*known, *unknown))
    return Table("Today by clinic", ("Clinic", "Payments", "Paid"), rows)


def line(
    account: str, moved: Iterable[month.Moved], reader: Reader, today: tuple[datetime, datetime]
) -> tuple[Figure, ...]:
    """One clinic, which leads to its payments of the day."""
    sums = Sums.of(moved)
    where = lists.of(Payment, reader, clinic=account or OWN, **lists.between("paid_at", *today))
    return Figure("", clinic_of(account), path=where), Figure("", str(sums.count)), Figure("", sums.said or "nothing")


def clinic_of(account: str) -> str:
    """The clinic's name; an account that nobody has described stands for itself."""
    if not account:
        return str(settings.CLINIC_NAME)
    profile = settings.CLINIC_PROFILES.get(account)
    return str(profile.name) if profile else f"{account}: nobody has described this clinic"
