"""Stripe's API, as far as we ask it: the truth about one payment and what went back of it, and a session to pay on.

Every failure leaves here as `TryLater` or `GiveUp` with a code; no answer of Stripe's is quoted in it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
from django.conf import settings

from servicekit import deadlines, pooling
from servicekit.failures import GiveUp, TryLater

stripe.enable_telemetry = False  # no id of this machine in a file of its home, nor in requests

TIMEOUT_SECONDS = 10
RETRIES = 1
LONGEST_CALL_SECONDS = TIMEOUT_SECONDS * (1 + RETRIES) + 1.0
"""Each try until its time-out, and the rest between two."""

ACCOUNT = "stripe_account"
KEY_REFUSED = "stripe_refuses_our_key"
NOT_OUR_ACCOUNT = "account_invalid"
"""Stripe's code for an account that our key may not act for: https://docs.stripe.com/error-codes#account-invalid"""
UNCLEAR = "stripe_unclear"
OTHER_SHAPE = (AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What the library stumbles over where a proxy answers in Stripe's place, or only a part of the answer has come."""
REFUSALS = (KEY_REFUSED, NOT_OUR_ACCOUNT)
"""What waiting won't mend: somebody has to set another key."""

SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)
PARAMETER = re.compile(r"[a-z0-9_]{1,40}(\[[a-z0-9_]{0,40}\]){0,6}")


@functools.cache
def client(api_key: str, base: str) -> stripe.StripeClient:
    """One client per process, which keeps its connections open."""
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def ours() -> stripe.StripeClient:
    """The client of the configured account."""
    return client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


def is_live() -> bool:
    """Whether the configured key is one for real money."""
    return settings.STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))


@contextmanager
def failures_named() -> Iterator[None]:
    """Stripe's errors as TryLater (the network, limits, their side, our key, no clear word) or GiveUp (it never works).

    A task that hasn't the time for a call tries later as well. While Stripe is waited for, others have our connection.
    """
    deadlines.have_time_for(LONGEST_CALL_SECONDS)
    pooling.let_go()
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise TryLater(error.code or type(error).__name__, retry_after=retry_after(error)) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        said = getattr(error.error, "code", None)  # the library leaves `error.code` empty for these two
        raise TryLater(NOT_OUR_ACCOUNT if said == NOT_OUR_ACCOUNT else KEY_REFUSED) from None
    except stripe.StripeError as error:
        status = error.http_status or 500
        code = error.code or f"stripe_{status}"
        if status >= 500 or status == 409 or status < 400:  # below: somebody between us and Stripe has answered
            raise TryLater(code, retry_after=retry_after(error)) from None
        raise GiveUp(code, about=parameter(error)) from None
    except OTHER_SHAPE:
        raise TryLater(UNCLEAR) from None


def retry_after(error: stripe.StripeError) -> float | None:
    """The seconds for which Stripe asks to be left alone; None when it doesn't say."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    said = str(headers.get("retry-after", ""))
    return float(said) if SECONDS.fullmatch(said) else None


def parameter(error: stripe.StripeError) -> str:
    """The parameter that Stripe finds fault with, such as `line_items[0][price_data][currency]`; empty for none."""
    named = str(getattr(error, "param", None) or "")
    return named if PARAMETER.fullmatch(named) else ""


def payment_intent(payment_intent_id: str, *, account: str = "") -> dict[str, Any]:
    """The payment intent with its latest charge inside."""
    with failures_named():
        intents = ours().v1.payment_intents
        return told(intents.retrieve(payment_intent_id, {"expand": ["latest_charge"]}, options=options(account)))


def charge(charge_id: str, *, account: str = "") -> dict[str, Any]:
    """A charge that has no payment intent."""
    with failures_named():
        return told(ours().v1.charges.retrieve(charge_id, options=options(account)))


def checkout_session(session_id: str, *, account: str = "") -> dict[str, Any]:
    """A checkout session as it stands now, without its line items."""
    with failures_named():
        return told(ours().v1.checkout.sessions.retrieve(session_id, options=options(account)))


def refund(refund_id: str, *, account: str = "") -> dict[str, Any]:
    """A refund as it stands now."""
    with failures_named():
        return told(ours().v1.refunds.retrieve(refund_id, options=options(account)))


def refunds_of(charge_id: str, *, account: str = "") -> list[dict[str, Any]]:
    """The refunds of a charge, the newest hundred."""
    with failures_named():
        return listed(ours().v1.refunds.list({"charge": charge_id, "limit": 100}, options=options(account)))


def dispute(dispute_id: str, *, account: str = "") -> dict[str, Any]:
    """A dispute as it stands now, with what it moved on the balance."""
    with failures_named():
        return told(ours().v1.disputes.retrieve(dispute_id, options=options(account)))


def session_of(payment_intent_id: str, *, account: str = "") -> dict[str, Any] | None:
    """The checkout session that this payment was made on; None when there was none."""
    with failures_named():
        sessions = ours().v1.checkout.sessions
        found = listed(sessions.list({"payment_intent": payment_intent_id, "limit": 1}, options=options(account)))
    return found[0] if found else None


def line_items(session_id: str, *, account: str = "") -> list[dict[str, Any]]:
    """What was sold on a session, with its taxes, at most a hundred lines."""
    with failures_named():
        lines = ours().v1.checkout.sessions.line_items
        return listed(lines.list(session_id, {"limit": 100, "expand": ["data.taxes"]}, options=options(account)))


def create_session(parameters: dict[str, Any], *, idempotency_key: str, account: str = "") -> dict[str, Any]:
    """A new checkout session; the same key gives the same session.

    GiveUp is about `ACCOUNT` when our key may not act for the account.
    """
    try:
        with failures_named():
            made = ours().v1.checkout.sessions.create(
                parameters,  # type: ignore[arg-type]  # plain dict, the library declares one TypedDict per field
                options={"idempotency_key": idempotency_key, **options(account)},
            )
            return told(made)
    except TryLater as failure:
        raise GiveUp(failure.code, about=ACCOUNT) if failure.code == NOT_OUR_ACCOUNT else failure from None


def told(found: Any, *, for_json: bool = False) -> dict[str, Any]:
    """An object of Stripe's as it is told. Raises one of `OTHER_SHAPE` for what is none."""
    plain: dict[str, Any] = found.to_dict(for_json=for_json)
    if not isinstance(plain["id"], str):
        raise TypeError("an object of Stripe's has an id")
    return plain


def listed(found: Any) -> list[dict[str, Any]]:
    """The objects of a list, the same way."""
    return [told(each) for each in found.data]


def options(account: str) -> stripe.RequestOptions:
    """A connected account's objects are asked for in its name."""
    return {"stripe_account": account} if account else {}
