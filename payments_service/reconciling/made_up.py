"""Events made from what Stripe lists, for what is older than the events that it keeps. Pure.

Such an event says of itself that it was made (`made_from`), and so does its id, which is the same whenever it is made:
that it comes in once is the inbox's unique constraint. It tells how an object stands now, so its type is `updated`
where Stripe has one of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from payments_service.payments import refund_facts, stripe_facts

PREFIX = "reconciled_"
TYPES = {"charge": "charge.succeeded", "refund": "refund.updated", "dispute": "charge.dispute.updated"}


def from_object(
    obj: Mapping[str, Any], *, account: str, livemode: bool, api_version: str, now: datetime
) -> dict[str, Any]:
    """The event that says how this charge, refund or dispute stands at `now`."""
    return {
        "id": id_of(obj),
        "object": "event",
        "type": TYPES[obj["object"]],
        "account": account or None,
        "api_version": api_version,
        "created": int(now.timestamp()),
        "livemode": livemode,
        "data": {"object": dict(obj)},
        "made_from": f"Stripe's list of {obj['object']}s, by reconciliation",
    }


def id_of(obj: Mapping[str, Any]) -> str:
    """One per charge, and one per refund or dispute and each status that we find it in."""
    status = "" if obj["object"] == "charge" else f"_{obj['status']}"
    return f"{PREFIX}{obj['id']}{status}"


def matters(obj: Mapping[str, Any]) -> bool:
    """Whether the object says that money came or may go back: not a charge that failed or was only held."""
    said_at = obj["created"]
    if obj["object"] == "charge":
        return any(facts.payment for facts in stripe_facts.from_object(obj, said_at=said_at))
    return bool(refund_facts.from_object(obj, said_at=said_at))
