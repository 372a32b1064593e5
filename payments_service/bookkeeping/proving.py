"""Puts a day's proof together: from our rows alone, and with Stripe's word where somebody has asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from payments_service.bookkeeping import chain, days, marked, numbers, open_work, selectors, stripe_side
from payments_service.bookkeeping.proof import Comparison, Evidence, Flow, Issued, Proof
from servicekit.failures import ProviderFailure


def clinic() -> ZoneInfo:
    """The clinic's clock."""
    return ZoneInfo(settings.CLINIC_TIME_ZONE)


def of_day(day: date, *, now: datetime, evidence: Evidence) -> Proof:
    """The proof of the clinic's whole day, as our rows stand now, with what Stripe and the chain have said of it."""
    first, end = days.span(day, zone=clinic())
    opened = end - stripe_side.DISPUTED
    issued = selectors.issued(first, end)
    numberings = tuple(numbers.check(each) for each in series_of(issued))
    unlike = selectors.unlike(first, end, since=opened)
    wrong = marked.chores(numberings, evidence.chain, unlike, evidence.comparison, page=page_of(day))
    return Proof(
        day=day,
        made_at=now,
        over=now >= end,
        lines=(
            *selectors.payment_lines(first, end),
            *selectors.movement_lines(Flow.REFUNDS, first, end),
            *selectors.movement_lines(Flow.DISPUTES, opened, end),
        ),
        issued=issued,
        numberings=numberings,
        chain=evidence.chain,
        unlike=unlike,
        letters=selectors.letters(first, end),
        comparison=evidence.comparison,
        to_do=(*wrong, *open_work.before(end, now=now)),
    )


def series_of(issued: Iterable[Issued]) -> list[str]:
    """The series that a day has touched."""
    return sorted({each.series for each in issued})


def evidence(day: date, *, comparison: Comparison) -> Evidence:
    """Stripe's word, and what a walk along the chain of all series that the day has touched has found."""
    return Evidence(comparison, chain.walk(series_of(selectors.issued(*days.span(day, zone=clinic())))))


def ask_stripe(day: date, *, now: datetime) -> Comparison:
    """What Stripe says of the day. Raises TryLater or GiveUp when it doesn't answer."""
    first, end = days.span(day, zone=clinic())
    return stripe_side.compare(first, end, now=now)


def ask_stripe_once(day: date, *, now: datetime) -> Comparison:
    """As `ask_stripe`, for who can't wait: a Stripe that doesn't answer is why the day isn't checked."""
    try:
        return ask_stripe(day, now=now)
    except ProviderFailure as failure:
        return Comparison(why_not=failure.code)


def page_of(day: date) -> str:
    """Where the admin shows the day, without the host."""
    return f"{reverse('admin:bookkeeping_dayproof_changelist')}?{urlencode({'date': day.isoformat()})}"
