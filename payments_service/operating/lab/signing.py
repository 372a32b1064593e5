"""Signs a body as Stripe does: https://docs.stripe.com/webhooks#verify-manually. Pure; the instant is handed in."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any


def body_of(event: Mapping[str, Any]) -> bytes:
    """The bytes of an event, indented like Stripe's."""
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


def header(body: bytes, *, secrets: Sequence[str], at: int) -> str:
    """The Stripe-Signature header at that instant (Unix seconds), with one signature for each secret."""
    signed = b"%d.%s" % (at, body)
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])
