"""What an event has left behind: the rows of its payment, refunds and disputes. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from payments_service.payments import refund_facts, stripe_facts
from payments_service.payments.models import Movement, Payment
from payments_service.webhooks import handlers, thin
from payments_service.webhooks.models import StripeEvent

REFUNDED = "charge.refunded"


@dataclass(frozen=True, slots=True)
class Trace:
    """The rows that an event is about; `lacking` are ids that it tells of and that have no row."""

    payment: Payment | None = None
    movements: tuple[Movement, ...] = ()
    lacking: tuple[str, ...] = ()


def of(event: StripeEvent) -> Trace:
    """The rows behind a kept event of a type that is handled; a body that handlers can't read has none."""
    body = json.loads(event.body)
    if thin.is_thin(event) or event.purged_at:
        return of_object(*thin.related(body), refunds=thin.meaning(event) == REFUNDED)
    try:
        return of_snapshot(body)
    except (KeyError, TypeError, AttributeError):  # what made processing crash too
        return Trace()


def of_snapshot(event: Mapping[str, Any]) -> Trace:
    """What a snapshot says has to be there: its facts are what its handler recorded."""
    paid = {facts.payment for facts in stripe_facts.from_event(event)}
    tells_of_money_back = handlers.HANDLERS[event["type"]] is not handlers.money_arrived
    back = {facts.movement for facts in refund_facts.from_event(event)} if tells_of_money_back else set()
    payment = Payment.objects.filter(stripe_id__in=paid).first()
    found = Movement.objects.filter(stripe_id__in=back)
    if event["type"] == REFUNDED:
        found |= Movement.objects.filter(charge=event["data"]["object"]["id"], kind=Movement.Kind.REFUND)
    movements = tuple(found.select_related("payment").order_by("pk"))
    known = {payment.stripe_id if payment else "", *(each.stripe_id for each in movements)}
    return Trace(payment, movements, lacking=tuple(sorted((paid | back) - known)))


def of_object(kind: str, id: str, *, refunds: bool) -> Trace:
    """What is there of an object that a thin event names; what it said isn't known without asking Stripe."""
    if kind in ("refund", "dispute"):
        return Trace(movements=tuple(Movement.objects.filter(stripe_id=id).select_related("payment")))
    column = {"charge": "charge", "checkout.session": "session", "payment_intent": "payment_intent"}.get(kind)
    if column is None:
        return Trace()
    payment = Payment.objects.filter(Q(stripe_id=id) | Q(**{column: id})).first()
    found = Movement.objects.filter(charge=id, kind=Movement.Kind.REFUND) if refunds else Movement.objects.none()
    return Trace(payment, tuple(found.select_related("payment").order_by("pk")))
