"""What each type of event does: one dict. A type that isn't in it is kept and ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from payments_service.payments import forgetting as forgotten
from payments_service.payments import movements, refund_facts, refund_lookup, stripe_facts
from payments_service.payments import services as payments
from payments_service.payments.refund_facts import Facts
from payments_service.receipting import services as receipting
from payments_service.webhooks import thin


@dataclass(frozen=True, slots=True)
class Due:
    """What has become due: a payment's receipt in so many seconds, documents of refunds and disputes, and messages.

    `forget`: the event tells of somebody who was erased, and what it said goes as soon as its work is done.
    """

    payment_id: int | None = None
    in_seconds: float = 0.0
    movement_ids: tuple[int, ...] = ()
    message_ids: tuple[int, ...] = ()
    forget: bool = False


NOTHING = Due()
Event = Mapping[str, Any]
Handler = Callable[[Event, datetime], Due]


def money_arrived(event: Event, now: datetime) -> Due:
    """Record what a paid session, a succeeded payment intent or a captured charge says about its payment."""
    facts = stripe_facts.from_event(event)
    if not facts:
        return NOTHING
    with transaction.atomic():
        recorded = payments.record(facts, at=now)
        message_ids = tuple(receipting.send_if_waiting(recorded.payment_id)) if recorded.reachable else ()
    told = Due(message_ids=message_ids, forget=recorded.forgotten)
    if recorded.due_in is None:
        return told
    return replace(told, payment_id=recorded.payment_id, in_seconds=recorded.due_in)


def money_went_back(event: Event, now: datetime) -> Due:
    """Record what a refund or a dispute says of itself, and a charge of the refunds that it lists."""
    facts = refund_facts.from_event(event)
    due = went_back(facts, now)
    return replace(due, forget=forgotten.is_forgotten(each.movement for each in facts))


def went_back(facts: Sequence[Facts], now: datetime) -> Due:
    """Record these; their documents may be due at once."""
    with transaction.atomic():
        return Due(movement_ids=tuple(movements.record(facts, at=now)))


def charge_refunded(event: Event, now: datetime) -> Due:
    """A refunded charge says that it was paid, and how much has gone back; not every one says by which refunds.

    Raises TryLater while refunds that it doesn't list are neither told by themselves nor by Stripe.
    """
    arrived, listed = money_arrived(event, now), money_went_back(event, now)
    asked = went_back(refund_lookup.missing(event), now)
    due = tuple({*listed.movement_ids, *asked.movement_ids})
    return replace(arrived, movement_ids=due, forget=arrived.forget or listed.forget)


def session_ended(event: Event, now: datetime) -> Due:
    """Follow a checkout session to its end; a completed one may have been paid."""
    session = event["data"]["object"]
    erased = payments.close_checkout(session["id"], status=session.get("status"))
    due = money_arrived(event, now)
    return replace(due, forget=due.forget or erased)


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": session_ended,
    "checkout.session.async_payment_succeeded": session_ended,
    "checkout.session.expired": session_ended,
    "payment_intent.succeeded": money_arrived,
    "charge.succeeded": money_arrived,
    "charge.captured": money_arrived,
    "charge.refunded": charge_refunded,
    "charge.refund.updated": money_went_back,
    "refund.created": money_went_back,
    "refund.updated": money_went_back,
    "refund.failed": money_went_back,
    "charge.dispute.created": money_went_back,
    "charge.dispute.updated": money_went_back,
    "charge.dispute.funds_withdrawn": money_went_back,
    "charge.dispute.funds_reinstated": money_went_back,
    "charge.dispute.closed": money_went_back,
}
KNOWN = frozenset(HANDLERS) | {f"{thin.PREFIX}{type}" for type in HANDLERS}
"""The types that may mean something to us, in both of Stripe's styles; which of them do is decided event by event."""
