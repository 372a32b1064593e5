"""Resend with its idempotency key: `EMAIL_BACKEND=notifications.channels.resend.EmailBackend`.

Anymail's backend can't send the header. Resend remembers a key for 24 hours and answers a repeat with the first
answer, so a message whose fate was unknown isn't sent twice. The settings are Anymail's: `ANYMAIL_RESEND_API_KEY`.
"""

from __future__ import annotations

from typing import Any

from anymail.backends import resend


class EmailBackend(resend.EmailBackend):  # type: ignore[misc]  # Anymail is untyped
    """Anymail's Resend backend, and the unique part of `Message-ID` as the idempotency key."""

    def build_message_payload(self, message: Any, defaults: Any) -> Any:
        """Anymail's payload with one header more, on the request and not on the email."""
        payload = super().build_message_payload(message, defaults)
        if key := message.extra_headers.get("Message-ID"):
            payload.headers["Idempotency-Key"] = key.strip("<>").partition("@")[0]
        return payload
