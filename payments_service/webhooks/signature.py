"""Is this request really Stripe's? Raw bytes and a header go in; a parsed event comes out for the inbox, or `Refused`.

Stripe's scheme: https://docs.stripe.com/webhooks#verify-manually. The library does the cryptography; what it leaves
open stands here: a list of secrets, timestamps from the future, and a diagnosis for the operator.
Pure: the clock and the secrets are handed in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stripe import SignatureVerificationError, WebhookSignature

from payments_service.webhooks import diagnosis
from payments_service.webhooks.diagnosis import Refused

TOLERANCE_SECONDS = 300
THIN = "v2.core.event"
EVENT_OBJECTS = ("event", THIN)


@dataclass(frozen=True, slots=True)
class VerifiedEvent:
    """An event that Stripe signed. `body` is its exact text, the other fields are read from it."""

    stripe_id: str
    type: str
    object: str
    created: int
    livemode: bool
    account: str
    api_version: str
    body: str


def verify(body: bytes, header: str, *, secrets: Sequence[str], now: float) -> VerifiedEvent:
    """The event, if one of the secrets signed exactly these bytes within five minutes of `now` (Unix seconds).

    Raises `Refused` with what an operator should do about it.
    """
    check_header(header, now=now)
    text = decoded(body)
    if not any(signed_with(secret, text, header) for secret in secrets):
        raise diagnosis.mismatch(text, header, secrets=secrets)
    return parsed(text)


def check_header(header: str, *, now: float) -> None:
    """Refuse a header that is missing, malformed, too old or from the future."""
    if not header:
        raise Refused(
            "signature_missing", "the request has no Stripe-Signature header: it isn't Stripe's, or a proxy drops it"
        )
    timestamp = diagnosis.timestamp_of(header)
    if timestamp is None:
        raise Refused(
            "signature_malformed", "Stripe-Signature lacks t= or v1=: it isn't Stripe's, or a proxy rewrote it"
        )
    if timestamp < now - TOLERANCE_SECONDS:
        raise Refused(
            "timestamp_stale", f"signed {now - timestamp:.0f} s ago: a replayed request, or this clock is fast"
        )
    if timestamp > now + TOLERANCE_SECONDS:
        raise Refused("timestamp_future", f"signed {timestamp - now:.0f} s from now: this machine's clock is slow")


def decoded(body: bytes) -> str:
    """The body as text; Stripe sends nothing but UTF-8."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refused(
            "body_not_utf8", "the body isn't UTF-8: it isn't Stripe's, or a proxy compresses or re-encodes it"
        ) from None


def signed_with(secret: str, text: str, header: str) -> bool:
    """Whether this secret made one of the header's v1 signatures."""
    try:
        return bool(WebhookSignature.verify_header(text, header, secret, None))
    except SignatureVerificationError:
        return False


def parsed(text: str) -> VerifiedEvent:
    """Read the event's envelope; its objects are judged when it is processed."""
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("body_not_json", "signed, but not JSON: check what signs with this secret") from None
    if not isinstance(event, dict) or event.get("object") not in EVENT_OBJECTS:
        raise Refused("body_not_event", "signed JSON, but not an event: check what posts to this address")
    return VerifiedEvent(
        stripe_id=word(event, "id"),
        type=word(event, "type"),
        object=word(event, "object"),
        created=instant(event),
        livemode=event.get("livemode") is True,
        account=account(event),
        api_version=word(event, "api_version", required=False),
        body=text,
    )


def account(event: dict[str, Any]) -> str:
    """The connected account that the event is about; empty for our own.

    A thin event writes it as the last step of `context`, the way from our account to it:
    https://docs.stripe.com/context
    """
    if event["object"] == THIN and event.get("context"):
        return word(event, "context").rpartition("/")[2]
    return word(event, "account", required=False)


def instant(event: dict[str, Any]) -> int:
    """When Stripe made the event, in Unix seconds; a thin event writes it as ISO 8601."""
    value = event.get("created", 0)
    try:
        seconds = datetime.fromisoformat(value).timestamp() if isinstance(value, str) else int(value)
        return int(datetime.fromtimestamp(seconds, UTC).timestamp())
    except (TypeError, ValueError, OverflowError, OSError):
        raise Refused("body_not_event", "signed JSON, but its created isn't an event's") from None


def word(event: dict[str, Any], key: str, *, required: bool = True) -> str:
    """A short text of the envelope; Stripe's ids and names stay below 255 printable characters."""
    value = event.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise Refused("body_not_event", f"signed JSON, but its {key} isn't an event's")
    return value
