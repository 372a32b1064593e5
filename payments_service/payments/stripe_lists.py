"""Stripe's lists: what happened there between two instants. Beside `stripe_api`, which asks for one object.

Newest first, as Stripe has them, page after page while somebody reads on. Limits and bad minutes are waited out here as
long as that is short; then `TryLater` says how long Stripe asked for. Whoever was stopped goes on behind the last
object that it has seen (`after`). https://docs.stripe.com/api/pagination and https://docs.stripe.com/rate-limits
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from payments_service.payments import stripe_api
from servicekit import deadlines
from servicekit.failures import TryLater

PAGE = 100
TRIES = 3
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0
NOT_WORTH_A_WAIT = (*stripe_api.REFUSALS, stripe.APIConnectionError.__name__, deadlines.OUT_OF_TIME)
"""A refused key stays refused, and a task whose time is over has none left; who can't be reached has been tried twice,
for ten seconds each, by Stripe's library."""
MOST_TYPES = 20
"""How many types of events Stripe lets a list be narrowed to: https://docs.stripe.com/api/events/list"""

Found = dict[str, Any]
List = Callable[..., Any]


def events(
    *,
    since: datetime,
    until: datetime,
    account: str = "",
    types: Sequence[str] = (),
    undelivered: bool = False,
    after: str = "",
) -> Iterator[Found]:
    """Events that Stripe made from `since` on and before `until`; it keeps them for 30 days.

    Of these types only (at most twenty; none named means all), and only those that some webhook endpoint hasn't
    accepted, if asked. Each is in the shape of its own API version.
    """
    asked = made(since, until)
    asked |= {"types": list(types)} if types else {}
    asked |= {"delivery_success": False} if undelivered else {}
    yield from paged(stripe_api.ours().v1.events.list, asked, account=account, after=after)


def charges(*, since: datetime, until: datetime, account: str = "", after: str = "") -> Iterator[Found]:
    """Charges that were made from `since` on and before `until`, paid or not, as they stand now."""
    yield from paged(stripe_api.ours().v1.charges.list, made(since, until), account=account, after=after)


def refunds(*, since: datetime, until: datetime, account: str = "", after: str = "") -> Iterator[Found]:
    """Refunds that were made from `since` on and before `until`, as they stand now."""
    yield from paged(stripe_api.ours().v1.refunds.list, made(since, until), account=account, after=after)


def disputes(*, since: datetime, until: datetime, account: str = "", after: str = "") -> Iterator[Found]:
    """Disputes that were opened from `since` on and before `until`, as they stand now."""
    yield from paged(stripe_api.ours().v1.disputes.list, made(since, until), account=account, after=after)


def made(since: datetime, until: datetime) -> dict[str, Any]:
    """The range of instants as Stripe takes it, the second one left out. Its own are whole Unix seconds."""
    return {"created": {"gte": math.ceil(since.timestamp()), "lt": math.ceil(until.timestamp())}}


def paged(listed: List, asked: dict[str, Any], *, account: str, after: str) -> Iterator[Found]:
    """Every object of a list behind `after`, which is an id of it or empty."""
    more = True
    while more:
        place = {"starting_after": after} if after else {}
        found, more = patiently(listed, asked | place | {"limit": PAGE}, account=account)
        yield from found
        after = found[-1]["id"] if found else after


def patiently(listed: List, asked: dict[str, Any], *, account: str, tries: int = 1) -> tuple[list[Found], bool]:
    """One page and whether there are more, after a short wait or two when Stripe needs one.

    Raises TryLater when that isn't enough.
    """
    try:
        with stripe_api.failures_named():
            page = listed(asked, options=stripe_api.options(account))
            found = [stripe_api.told(each, for_json=True) for each in page.data]
            return found, bool(page.has_more and found)
    except TryLater as failure:
        wait = backed_off(tries) if failure.retry_after is None else failure.retry_after
        if failure.code in NOT_WORTH_A_WAIT or tries == TRIES or wait > LONGEST_WAIT_SECONDS:
            raise
    time.sleep(wait)
    return patiently(listed, asked, account=account, tries=tries + 1)


def backed_off(tries: int) -> float:
    """Seconds to wait after so many failures, doubled each time and spread over the upper half of it."""
    return FIRST_WAIT_SECONDS * 2.0 ** (tries - 1) * random.uniform(0.5, 1.0)
