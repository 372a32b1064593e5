"""Signs a webhook body as Stripe does; builders.py makes what is signed.

The scheme is on Stripe's page about webhook signatures: HMAC-SHA256 of "timestamp.body", in hex, one v1 per secret.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence

from tests.stripe_events.shapes import Payload


def body_of(event: Payload) -> bytes:
    """The bytes that Stripe posts: JSON, indented by two spaces, UTF-8; half a character is escaped."""
    return json.dumps(event, indent=2, ensure_ascii=False).encode(errors="backslashreplace")


def signature_header(body: bytes, *, secret: str | Sequence[str], timestamp: int) -> str:
    """The Stripe-Signature header; several secrets give several signatures, as while a secret is rolled."""
    secrets = [secret] if isinstance(secret, str) else secret
    signed = f"{timestamp}.".encode() + body
    digests = [hmac.new(each.encode(), signed, hashlib.sha256).hexdigest() for each in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])
