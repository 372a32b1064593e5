"""What is known of a payment when its receipt is issued: Stripe's own answer where we may ask, else the events'."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.conf import settings

from payments_service.payments import stripe_api, stripe_facts
from payments_service.payments.models import Payment
from payments_service.payments.stripe_facts import Facts
from servicekit.claims import Claimable
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)
T = TypeVar("T")

PATIENCE_ATTEMPTS = 8
"""After about twenty minutes without Stripe's answer, a receipt from the events alone is better than none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe says now, if it was asked. `items` are the line items of a session that isn't ours."""

    facts: tuple[Facts, ...] = ()
    items: tuple[dict[str, Any], ...] = ()


def ask(payment: Payment, *, now: datetime) -> Answer:
    """Stripe's answer about a payment. Raises TryLater while it is worth waiting for a better one."""
    if not settings.STRIPE_API_KEY:
        return Answer()
    said_at = int(now.timestamp())
    return patiently(lambda: complete(fetched(payment, said_at=said_at)), row=payment) or Answer()


def patiently(fetch: Callable[[], T], *, row: Claimable) -> T | None:
    """What Stripe says about a claimed row; None when the events' word has to do.

    Raises TryLater while it is worth waiting. An object that Stripe doesn't know (another account's key, a deleted
    test object) leaves the events' word, and so does a Stripe that has been away for long.
    """
    try:
        return fetch()
    except GiveUp as failure:
        log.warning("stripe_has_no_answer", about=str(row), code=failure.code)
    except TryLater as failure:
        if row.attempts < PATIENCE_ATTEMPTS:
            raise
        log.warning("stripe_not_waited_for", about=str(row), code=failure.code)
    return None


def fetched(payment: Payment, *, said_at: int) -> Answer:
    """The payment intent with its charge, its session and, for a session that we didn't make, its line items."""
    if not payment.payment_intent:
        charge = stripe_api.charge(payment.charge, account=payment.account)
        return Answer(facts=read(charge, said_at=said_at))
    intent = stripe_api.payment_intent(payment.payment_intent, account=payment.account)
    session = stripe_api.session_of(payment.payment_intent, account=payment.account)
    facts = read(intent, said_at=said_at)
    if session is None:
        return Answer(facts=facts)
    items = () if payment.checkout else tuple(stripe_api.line_items(session["id"], account=payment.account))
    return Answer(facts=facts + read(session, said_at=said_at), items=items)


def read(obj: dict[str, Any], *, said_at: int) -> tuple[Facts, ...]:
    """An object's facts, marked as said by the API."""
    facts = stripe_facts.from_object(obj, said_at=said_at)
    return tuple(dataclasses.replace(each, origin="api", created=said_at) for each in facts)


def complete(answer: Answer) -> Answer:
    """The answer, if the charge is there already; right after the event it may not be."""
    if not any(each.source == "charge" for each in answer.facts):
        raise TryLater("charge_not_there_yet")
    return answer
