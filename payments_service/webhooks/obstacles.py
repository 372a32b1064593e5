"""What may stand in an event's `last_error`, and what a person can do about it. Pure; most of it passes by itself."""

from __future__ import annotations

from payments_service.payments import obstacles, words

NO_KEY = "no_stripe_api_key"
NO_OBJECT = "no_related_object"

HINTS = {
    NO_KEY: "a thin event doesn't bring its object: set STRIPE_API_KEY, so that it can be fetched",
    NO_OBJECT: "a thin event that names no object which could be fetched",
    "resource_missing": "Stripe knows no such object: is STRIPE_API_KEY another account's, or of test mode?",
    "stripe_refuses_our_key": "set another STRIPE_API_KEY, or give this one the right to read payments",
    "account_invalid": "STRIPE_API_KEY may not act for this account: connect it, or set the key that may",
    "refunds_not_told": "it waits for its refunds' own events: send refund.created too, or set STRIPE_API_KEY",
}


def hint(code: str) -> str:
    """A sentence about a code, without a full stop; nothing for none."""
    return HINTS.get(code) or obstacles.sentence(code, words=words.of("en"))
