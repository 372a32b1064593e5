"""A page of Stripe's lists beside what is stored: what is known, what had failed, and what is missing.

An event whose processing has failed is counted and left alone: that one has come in.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from payments_service.payments import stripe_api, stripe_lists
from payments_service.reconciling import made_up, selectors
from payments_service.reconciling.models import Arrival
from payments_service.webhooks import handlers, signature
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.signature import VerifiedEvent

How = Arrival.How
Objects = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that isn't stored, and how it was missed; `amount` is in minor units of `currency`, if it has one.

    `about` is the object's id, `made_at` when Stripe made it, or the object that a list told of, in Unix seconds.
    """

    event: VerifiedEvent
    how: How
    about: str
    made_at: int
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of the objects of a page."""

    looked_at: int = 0
    known: int = 0
    failed_before: int = 0
    missing: tuple[Missing, ...] = ()


def asked_types(handled: Collection[str]) -> list[str]:
    """The types that Stripe is asked for: those that we use, or all, written as none, if these are more than it takes.

    The others would be kept and ignored. A busy account has ten of them for each one that we use, which costs pages.
    """
    return sorted(handled) if len(handled) <= stripe_lists.MOST_TYPES else []


def events(found: Objects, *, account: str) -> Compared:
    """Compare Stripe's own events, which all came from one account."""
    used = [each | ({"account": account} if account else {}) for each in found if each["type"] in handlers.HANDLERS]
    compared = without_twins(by_id(used, how=How.NOT_STORED))
    lost = undelivered(compared.missing, account=account)
    missing = tuple(
        replace(each, how=How.UNDELIVERED) if each.event.stripe_id in lost else each for each in compared.missing
    )
    return Compared(len(found), compared.known, compared.failed_before, missing)


def without_twins(compared: Compared) -> Compared:
    """Without events whose thin twin is stored: an endpoint that is sent thin events is never sent the others."""
    if not compared.missing:
        return compared
    since, until = span(compared.missing)
    told: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for kind, about, made in selectors.thin_events({m.event.type for m in compared.missing}, since=since, until=until):
        told[kind, about].append(made)
    left = tuple(each for each in compared.missing if not has_twin(each, told[each.event.type, each.about]))
    return replace(compared, known=compared.known + len(compared.missing) - len(left), missing=left)


def has_twin(missing: Missing, made: Iterable[datetime]) -> bool:
    """Whether one of these instants is that of the event."""
    at = datetime.fromtimestamp(missing.made_at, UTC)
    return any(abs(at - each) <= selectors.TWINS_APART for each in made)


def span(missing: Sequence[Missing]) -> tuple[datetime, datetime]:
    """When the first and the last of these were made."""
    made = [each.made_at for each in missing]
    return datetime.fromtimestamp(min(made), UTC), datetime.fromtimestamp(max(made), UTC)


def undelivered(missing: Sequence[Missing], *, account: str) -> set[str]:
    """Which of these Stripe marks as undelivered: the same list once more, only where something is missing.

    To Stripe that is an event which one of the account's endpoints, whosever it is, hasn't accepted.
    """
    if not missing:
        return set()
    first, last = span(missing)
    marked = stripe_lists.events(
        since=first,
        until=last + timedelta(seconds=1),
        account=account,
        types=asked_types(handlers.HANDLERS),
        undelivered=True,
    )
    return {each["id"] for each in marked}


def charges(found: Objects, *, account: str, now: datetime) -> Compared:
    """Compare charges; one whose payment is known needs nothing."""
    return objects(found, known=selectors.known_charges(found), account=account, now=now)


def movements(found: Objects, *, account: str, now: datetime) -> Compared:
    """Compare refunds or disputes; one that is known in the state that it has needs nothing."""
    return objects(found, known=selectors.known_movements(found), account=account, now=now)


def objects(found: Objects, *, known: Collection[str], account: str, now: datetime) -> Compared:
    """Make events of those that matter and aren't known, and compare these, as they may have come in before."""
    told = [
        made_up.from_object(
            each,
            account=account,
            livemode=stripe_api.is_live(),
            api_version=stripe.api_version,
            now=now,
        )
        for each in found
        if each["id"] not in known and made_up.matters(each)
    ]
    compared = by_id(told, how=How.OLDER)
    return Compared(len(found), compared.known + len(known), compared.failed_before, compared.missing)


def by_id(found: Objects, *, how: How) -> Compared:
    """Compare events by their ids; the missing ones pass the checks that a delivered one passes."""
    states = selectors.states([each["id"] for each in found])
    failed = sum(state in StripeEvent.UNFINISHED for state in states.values())
    missing = [missed(each, how=how) for each in found if each["id"] not in states]
    return Compared(len(found), len(states) - failed, failed, tuple(missing))


def missed(event: dict[str, Any], *, how: How) -> Missing:
    """An event of Stripe's API, or one made from its lists, as one that was delivered."""
    about = event["data"]["object"]
    return Missing(
        event=signature.parsed(json.dumps(event, indent=2)),
        how=how,
        about=about["id"],
        made_at=about["created"] if how is How.OLDER else event["created"],
        amount=about.get("amount", about.get("amount_total")) or 0,
        currency=about.get("currency") or "",
    )
