"""What Stripe says of a day, read from its lists and laid beside our rows. Network: call it outside transactions.

An object counts as money that moved by the rules that events are read by, so both sides mean the same. Stripe's list
says which day a movement belongs to: what it names is looked up whichever day we took it for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from payments_service.bookkeeping import comparing, selectors
from payments_service.bookkeeping.proof import Comparison, Flow, Money
from payments_service.payments import refund_facts, stripe_api, stripe_facts, stripe_lists

DISPUTED = timedelta(days=120)
"""A dispute counts when it is lost, weeks after it was opened, and Stripe lists it under the day of its opening: so
each day looks at all that were opened this long before its end."""

NO_KEY, TEST_KEY = "no_key", "key_of_test_mode"
CHUNK = 1000

LISTS = {
    Flow.PAYMENTS: stripe_lists.charges,
    Flow.REFUNDS: stripe_lists.refunds,
    Flow.DISPUTES: stripe_lists.disputes,
}


def compare(first: datetime, end: datetime, *, now: datetime) -> Comparison:
    """Stripe's word on a day beside ours. Raises TryLater or GiveUp when Stripe doesn't answer."""
    live = stripe_api.is_live()
    if why_not := obstacle(first, end, live=live):
        return Comparison(why_not=why_not)
    accounts = selectors.accounts(end - DISPUTED, end)
    sides, under_way = {}, 0
    for flow in Flow:
        theirs, waiting = listed(flow, opened_from(flow, first, end), end, accounts=accounts)
        sides[flow] = (theirs, ours(flow, theirs, first, end, live=live))
        under_way += waiting
    return comparing.comparison(sides, test=not live, checked_at=now, under_way=under_way)


def obstacle(first: datetime, end: datetime, *, live: bool) -> str:
    """Why Stripe can't be asked about the day, as a code; empty when it can."""
    if not settings.STRIPE_API_KEY:
        return NO_KEY
    return "" if live or not selectors.paid(first, end).filter(livemode=True).exists() else TEST_KEY


def opened_from(flow: Flow, first: datetime, end: datetime) -> datetime:
    """From when on Stripe's list is read for a day."""
    return end - DISPUTED if flow == Flow.DISPUTES else first


def listed(flow: Flow, first: datetime, end: datetime, *, accounts: list[str]) -> tuple[dict[str, Money], int]:
    """What moved by Stripe's word, and how much more is under way there and may yet move."""
    moved: dict[str, Money] = {}
    waiting = 0
    for account in accounts:
        for obj in LISTS[flow](since=first, until=end, account=account):
            moved |= money_in(obj, flow)
            waiting += flow != Flow.DISPUTES and obj.get("status") in refund_facts.PENDING
    for released in selectors.never_paid(moved) if flow == Flow.REFUNDS else ():
        del moved[released]
    return moved, waiting


def money_in(obj: Mapping[str, Any], flow: Flow) -> dict[str, Money]:
    """What an object says to have moved, by the id that we know it by; nothing when nothing has."""
    if flow == Flow.PAYMENTS:
        paid = stripe_facts.from_object(obj, said_at=obj["created"])
        return {each.payment: Money(each.amount, each.currency.upper()) for each in paid}
    back = refund_facts.from_object(obj, said_at=obj["created"])
    return {each.movement: Money(each.returned, each.currency.upper()) for each in back if each.returned}


def ours(flow: Flow, theirs: Mapping[str, Money], first: datetime, end: datetime, *, live: bool) -> dict[str, Money]:
    """What we know of the day, and of all that Stripe's list names."""
    here = selectors.recorded(flow, first, end, live=live)
    elsewhere = [each for each in theirs if each not in here]
    for chunk in chunks(elsewhere):
        here |= selectors.recorded_as(flow, chunk, live=live)
    return here


def chunks(ids: list[str]) -> Iterator[list[str]]:
    """So many at a time as a statement takes."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
