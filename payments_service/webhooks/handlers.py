"""What each type of event does: one dict. A type that isn't in it is kept and ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from payments_service.payments import services as payments
from payments_service.payments import stripe_facts
from payments_service.payments.models import Checkout
from payments_service.receipting import services as receipting


@dataclass(frozen=True, slots=True)
class Due:
    """What has become due: a payment's receipt in so many seconds, and a message."""

    payment_id: int | None = None
    in_seconds: float = 0.0
    message_id: int | None = None


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
        message_id = receipting.send_if_waiting(recorded.payment_id)
    if recorded.due_in is None:
        return Due(message_id=message_id)
    return Due(payment_id=recorded.payment_id, in_seconds=recorded.due_in, message_id=message_id)


def session_ended(event: Event, now: datetime) -> Due:
    """Follow a checkout session to its end; a completed one may have been paid."""
    session = event["data"]["object"]
    if session.get("status") in Checkout.Status.values:
        payments.close_checkout(session["id"], status=Checkout.Status(session["status"]))
    return money_arrived(event, now)


HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": session_ended,
    "checkout.session.async_payment_succeeded": session_ended,
    "checkout.session.expired": session_ended,
    "payment_intent.succeeded": money_arrived,
    "charge.succeeded": money_arrived,
    "charge.captured": money_arrived,
}
