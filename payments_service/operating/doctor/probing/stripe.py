"""Asks Stripe with our key, and our own door without a signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import stripe
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from payments_service.operating import stripe_endpoints
from payments_service.operating.doctor.judging.stripe import AWAY, FINE, FORBIDDEN, REFUSED, Door, Key, Knows
from payments_service.payments import stripe_api
from payments_service.webhooks.models import StripeEvent

STRIPES_OWN = "api.stripe.com"
PATIENCE_SECONDS = 4


def client() -> stripe.StripeClient:
    """A client that doesn't wait long and tries nothing twice."""
    return stripe.StripeClient(
        settings.STRIPE_API_KEY,
        base_addresses={"api": settings.STRIPE_API_BASE},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=PATIENCE_SECONDS),
    )


def key() -> Key:
    """Ask for one object of each list that the service reads; what is in them isn't looked at."""
    host = urlsplit(settings.STRIPE_API_BASE).hostname or ""
    given = bool(settings.STRIPE_API_KEY)
    return Key(
        given=given,
        live=stripe_api.is_live(),
        answers=rights(client()) if given else {},
        last_event_live=last_event("livemode"),
        elsewhere="" if host == STRIPES_OWN else host,
    )


def rights(asking: stripe.StripeClient) -> dict[str, str]:
    """What Stripe says to each list, up to the first answer that makes the rest pointless."""
    v1 = asking.v1
    lists: dict[str, Callable[..., Any]] = {
        "payment intents": v1.payment_intents.list,
        "charges": v1.charges.list,
        "refunds": v1.refunds.list,
        "disputes": v1.disputes.list,
        "checkout sessions": v1.checkout.sessions.list,
        "events": v1.events.list,
    }
    said: dict[str, str] = {}
    for name, listed in lists.items():
        said[name] = answer(lambda listed=listed: listed({"limit": 1}))  # type: ignore[misc]
        if said[name] in (REFUSED, AWAY):
            break
    return said


def answer(ask: Callable[[], object]) -> str:
    """What became of one question, in the judge's words."""
    try:
        ask()
    except stripe.AuthenticationError:
        return REFUSED
    except stripe.PermissionError:
        return FORBIDDEN
    except stripe.StripeError:
        return AWAY
    return FINE


def last_event(column: str) -> Any:
    """A column of the event that came last; None when none did, or without a database."""
    try:
        return StripeEvent.objects.order_by("-received_at").values_list(column, flat=True).first()
    except DatabaseError:
        return None


def endpoint() -> Knows:
    """What Stripe lists, and when an event last came."""
    wanted = stripe_endpoints.wanted()
    if not settings.STRIPE_API_KEY:
        return Knows(wanted, trouble=REFUSED)
    asking = client()
    said = answer(lambda: asking.v1.webhook_endpoints.list({"limit": 1}))
    if said != FINE:
        return Knows(wanted, trouble=said)
    came: datetime | None = last_event("received_at")
    hours = (timezone.now() - came).total_seconds() / 3600 if came else None
    return Knows(wanted, listed=stripe_endpoints.listed(asking), last_event_hours=hours)


def door() -> Door:
    """Post to our own address as Stripe does, only without a signature, so that nothing is kept."""
    url = stripe_endpoints.wanted().url
    try:
        answered = requests.post(url, data=b"{}", timeout=PATIENCE_SECONDS, allow_redirects=False)
    except requests.RequestException as failure:
        return Door(url, trouble=type(failure).__name__)
    return Door(url, answered.status_code)


def clock_skew() -> float | None:
    """How far our clock is ahead of Stripe's, in seconds, by an answer's Date; None without an answer. Needs no key."""
    asked = datetime.now(UTC)
    try:
        answered = requests.get(settings.STRIPE_API_BASE, timeout=PATIENCE_SECONDS, allow_redirects=False)
        theirs = parsedate_to_datetime(answered.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None
    return (asked - theirs).total_seconds()
