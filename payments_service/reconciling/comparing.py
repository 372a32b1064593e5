"""A page of Stripe's lists beside what is stored: what is known, what had failed, and what is missing.

An event whose processing has failed is counted and left alone: that one has come in.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
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

    `made_at` is when Stripe made it, or the object that a list told of, in Unix seconds.
    """

    event: VerifiedEvent
    how: How
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
    compared = by_id(used, how=How.NOT_STORED)
    lost = undelivered([each.event for each in compared.missing], account=account)
    missing = tuple(
        replace(each, how=How.UNDELIVERED) if each.event.stripe_id in lost else each for each in compared.missing
    )
    return Compared(len(found), compared.known, compared.failed_before, missing)


def undelivered(missing: Sequence[VerifiedEvent], *, account: str) -> set[str]:
    """Which of these Stripe marks as undelivered: the same list once more, only where something is missing.

    To Stripe that is an event which one of the account's endpoints, whosever it is, hasn't accepted.
    """
    if not missing:
        return set()
    made = [datetime.fromtimestamp(each.created, UTC) for each in missing]
    marked = stripe_lists.events(
        since=min(made),
        until=max(made) + timedelta(seconds=1),
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
    failed = sum(state == StripeEvent.State.FAILED for state in states.values())
    missing = [missed(each, how=how) for each in found if each["id"] not in states]
    return Compared(len(found), len(states) - failed, failed, tuple(missing))


def missed(event: dict[str, Any], *, how: How) -> Missing:
    """An event of Stripe's API, or one made from its lists, as one that was delivered."""
    about = event["data"]["object"]
    return Missing(
        event=signature.parsed(json.dumps(event, indent=2)),
        how=how,
        made_at=about["created"] if how is How.OLDER else event["created"],
        amount=about.get("amount", about.get("amount_total")) or 0,
        currency=about.get("currency") or "",
    )
