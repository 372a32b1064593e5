"""Thin events: Stripe names an object instead of bringing it. Fetches it, so that handlers see what a snapshot shows.

Stripe sends the events about payments in both styles since its release of 2026-09-30 (changelog, "Makes thin events for
API v1 resources generally available"); the thin twin of `charge.succeeded` is `v1.charge.succeeded`.
Neighbour of `handlers`, which say what a type means. No transaction is open here: Stripe is asked over the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings

from payments_service.payments import stripe_api
from payments_service.webhooks import obstacles, signature
from payments_service.webhooks.models import StripeEvent
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

PREFIX = "v1."
ID = re.compile(r"[a-z]{2,10}_[A-Za-z0-9_]{1,240}")
"""How Stripe's ids look. The address beside the id is never followed, whoever signed it."""

FETCH: dict[str, Callable[..., dict[str, Any]]] = {
    "charge": stripe_api.charge,
    "checkout.session": stripe_api.checkout_session,
    "dispute": stripe_api.dispute,
    "payment_intent": stripe_api.payment_intent,
    "refund": stripe_api.refund,
}


def is_thin(event: StripeEvent) -> bool:
    """Whether the event came without its object."""
    return event.object == signature.THIN


def meaning(event: StripeEvent) -> str:
    """The type that handlers know it by: `charge.succeeded` for a thin `v1.charge.succeeded`; empty for none."""
    if not is_thin(event):
        return event.type
    return event.type.removeprefix(PREFIX) if event.type.startswith(PREFIX) else ""


def related(body: Mapping[str, Any]) -> tuple[str, str]:
    """Type and id of the object that a thin event is about; both empty unless it is one that we would fetch."""
    named = body.get("related_object")
    kind, id = (str(named.get("type")), str(named.get("id"))) if isinstance(named, Mapping) else ("", "")
    return (kind, id) if kind in FETCH and ID.fullmatch(id) else ("", "")


def fetched(event: StripeEvent, *, now: datetime) -> dict[str, Any]:
    """The event as a snapshot would tell it, around the object as it stands now; so `now` is when Stripe said it.

    Raises TryLater while Stripe can't be asked, GiveUp when it knows no such object.
    """
    kind, id = related(json.loads(event.body))
    if not kind:
        raise GiveUp(obstacles.NO_OBJECT)
    if not settings.STRIPE_API_KEY:
        log.warning("thin_event_waits", stripe_event=event.stripe_id, hint=obstacles.HINTS[obstacles.NO_KEY])
        raise TryLater(obstacles.NO_KEY)
    found = FETCH[kind](id, account=event.account)
    if (found.get("object"), found.get("id")) != (kind, id):
        raise GiveUp(obstacles.NO_OBJECT)
    about = {"id": event.stripe_id, "object": "event", "type": meaning(event), "account": event.account}
    return about | {"created": int(now.timestamp()), "livemode": event.livemode, "data": {"object": found}}
