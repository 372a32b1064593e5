"""Why a request wasn't accepted, in words that tell an operator what to do; beside signature, which decides.

Nothing from a refused request is kept or repeated: the words below are ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from stripe import SignatureVerificationError, WebhookSignature

TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
SIGNATURE = re.compile(r"[0-9a-f]{64}")
CLI_SECRET = re.compile(r"whsec_[0-9a-f]{64}")
LARGEST_BODY_TO_EXAMINE = 65_536


class Refused(Exception):
    """The request gets a 4xx. `reason` is one of a closed set, `hint` a sentence for the operator."""

    def __init__(self, reason: str, hint: str, *, status: int = 400) -> None:
        super().__init__(reason)
        self.reason, self.hint, self.status = reason, hint, status


def timestamp_of(header: str) -> int | None:
    """The header's t=, in Unix seconds; None unless there is exactly one, and well-formed v1= signatures with it.

    Two t= could show one reader a fresh timestamp and another the one that was signed.
    """
    parts = [part.partition("=")[::2] for part in header.split(",")]
    timestamps = [value for key, value in parts if key == "t"]
    signatures = [value for key, value in parts if key == "v1"]
    well_formed = len(timestamps) == 1 and TIMESTAMP.fullmatch(timestamps[0]) and signatures
    if not well_formed or not all(SIGNATURE.fullmatch(value) for value in signatures):
        return None
    return int(timestamps[0])


def mismatch(text: str, header: str, *, secrets: Sequence[str]) -> Refused:
    """No secret fits: tell a body that was lost or changed on the way from a wrong secret."""
    if not text:
        return Refused(
            "body_empty",
            "signed, but the body came empty: a proxy drops it, or sends chunks to a server that reads none",
        )
    if was_reserialised(text, header, secrets=secrets):
        return Refused(
            "body_changed",
            "the secret is right, but the JSON was written anew on the way: let proxies pass the raw body",
        )
    return Refused("secret_wrong", wrong_secret_hint(secrets))


def wrong_secret_hint(secrets: Sequence[str]) -> str:
    """What to look at first, judged by the look of the configured secrets."""
    if all(CLI_SECRET.fullmatch(secret) for secret in secrets):
        return (
            "no signature fits. STRIPE_WEBHOOK_SECRETS holds only what looks like the Stripe CLI's secret: "
            "for events from the Dashboard's endpoint add that endpoint's; "
            "the CLI's own is what stripe listen --print-secret prints"
        )
    return (
        "no signature fits: the secret is another one's, or the body was changed on the way. "
        "STRIPE_WEBHOOK_SECRETS needs this endpoint's secret (Dashboard, Webhooks, Signing secret); "
        "for the Stripe CLI add what stripe listen --print-secret prints"
    )


def was_reserialised(text: str, header: str, *, secrets: Sequence[str]) -> bool:
    """Whether the signature fits one of the usual ways to write the same JSON."""
    if len(text) > LARGEST_BODY_TO_EXAMINE:
        return False
    return any(fits(variant, header, secret) for variant in rewritings(text) for secret in secrets)


def rewritings(text: str) -> Iterator[str]:
    """The text as Stripe may have sent it, before a proxy or a framework touched it."""
    yield text.strip()
    yield text.replace("\r\n", "\n")
    try:
        value = json.loads(text)
        for ascii_only in (False, True):
            yield json.dumps(value, indent=2, ensure_ascii=ascii_only)
            yield json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)
            yield json.dumps(value, ensure_ascii=ascii_only)
    except (ValueError, RecursionError):  # some Pythons read deeper nesting than they write
        return


def fits(text: str, header: str, secret: str) -> bool:
    """Whether the secret signed this text; a text that can't be encoded was never signed."""
    try:
        return bool(WebhookSignature.verify_header(text, header, secret, None))
    except (SignatureVerificationError, UnicodeEncodeError):
        return False
