"""The walk through Stripe's lists between two instants, page by page, from any place in it. Writes nothing.

The last thirty days are Stripe's events, which tell each change; what is older is told by charges, refunds and
disputes as they stand now. https://docs.stripe.com/api/events says for how long events are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import dropwhile, islice
from typing import Any

import structlog

from payments_service.payments import stripe_api, stripe_lists
from payments_service.reconciling import comparing
from payments_service.reconciling.comparing import Compared
from payments_service.webhooks import handlers
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

EVENTS_ARE_KEPT = timedelta(days=30)
OVERLAP = timedelta(days=1)
"""How far the lists reach into the time of the events, so that a run that lasts leaves no gap between the two."""
GONE = "resource_missing"


class Listing(StrEnum):
    """Stripe's lists, in the order in which they are walked."""

    EVENTS = "events"
    CHARGES = "charges"
    REFUNDS = "refunds"
    DISPUTES = "disputes"


OLDER = {
    Listing.CHARGES: stripe_lists.charges,
    Listing.REFUNDS: stripe_lists.refunds,
    Listing.DISPUTES: stripe_lists.disputes,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One list of one account, between two instants."""

    account: str
    listing: Listing
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A list, and the last object of it that was compared; nothing at all is the start."""

    account: str = ""
    listing: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page brought; `share` is how much of the walk lies behind it, from 0 to 1.

    `refused` is true when the key may not look into the account, whose other lists are left out then.
    """

    place: Place
    share: float
    compared: Compared
    refused: bool = False


def steps(*, since: datetime, until: datetime, accounts: Sequence[str]) -> list[Step]:
    """The lists to walk, each account's events first; none for a window that is empty."""
    kept_since = until - EVENTS_ARE_KEPT
    found = []
    for account in accounts:
        found.append(Step(account, Listing.EVENTS, max(since, kept_since), until))
        if since < kept_since:
            end = kept_since + OVERLAP
            found += [Step(account, listing, since, end) for listing in OLDER]
    return found if since < until else []


def pages(walk: Sequence[Step], place: Place, *, now: datetime) -> Iterator[Page]:
    """What each page from that place on brings. Raises TryLater or GiveUp where Stripe gives no answer."""
    ahead = list(dropwhile(lambda step: not is_at(step, place), walk)) or walk
    refused: set[str] = set()
    for number, step in enumerate(ahead, start=len(walk) - len(ahead)):
        if step.account in refused:
            continue
        after = place.after if is_at(step, place) else ""
        for page in pages_of(step, after, now=now):
            refused |= {step.account} if page.refused else set()
            yield Page(page.place, (number + page.share) / len(walk), page.compared, page.refused)


def is_at(step: Step, place: Place) -> bool:
    """Whether the place is in that list; the start is in the first one."""
    return not place.listing or (step.account, step.listing) == (place.account, place.listing)


def pages_of(step: Step, after: str, *, now: datetime) -> Iterator[Page]:
    """The pages of one list; one page that says so for a connected account that the key may not look into."""
    found = listed(step, after)
    try:
        while batch := list(islice(found, stripe_lists.PAGE)):
            place = Place(step.account, step.listing, batch[-1]["id"])
            yield Page(place, covered(step, batch[-1]["created"]), compared(step, batch, now=now))
    except TryLater as failure:
        if not step.account or failure.code not in stripe_api.REFUSALS:
            raise
        log.warning("account_refused", account=step.account, hint="is it still connected? its events are not compared")
        yield Page(Place(step.account, step.listing), 1.0, Compared(), refused=True)


def listed(step: Step, after: str) -> Iterator[dict[str, Any]]:
    """The objects of a list behind that one; all of them when Stripe doesn't have that one any more."""
    try:
        yield from asked(step, after)
    except GiveUp as failure:
        if not after or failure.code != GONE:
            raise
        yield from asked(step, "")


def asked(step: Step, after: str) -> Iterator[dict[str, Any]]:
    """Stripe's list; of its events only the types that we use."""
    if step.listing is Listing.EVENTS:
        types = comparing.asked_types(handlers.HANDLERS)
        return stripe_lists.events(since=step.since, until=step.until, account=step.account, types=types, after=after)
    return OLDER[step.listing](since=step.since, until=step.until, account=step.account, after=after)


def compared(step: Step, batch: list[dict[str, Any]], *, now: datetime) -> Compared:
    """What became of a page of that list."""
    if step.listing is Listing.EVENTS:
        return comparing.events(batch, account=step.account)
    if step.listing is Listing.CHARGES:
        return comparing.charges(batch, account=step.account, now=now)
    return comparing.movements(batch, account=step.account, now=now)


def covered(step: Step, created: int) -> float:
    """How much of a list is behind an object that was made then (Unix seconds), as lists begin with the newest."""
    whole = (step.until - step.since).total_seconds()
    return min(max((step.until.timestamp() - created) / whole, 0.0), 1.0)
