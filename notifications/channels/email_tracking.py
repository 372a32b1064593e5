"""What mail providers report through Anymail, in the words of `tracking`.

The receiver is a signal's because Anymail offers no other way; `NotificationsConfig.ready` imports it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.signals import tracking as reported
from anymail.utils import get_anymail_setting
from django.dispatch import receiver

from notifications import messages, tracking
from notifications.models import Kind

# What a person does with a letter (opens, clicks, answers) is nobody's business here: it isn't kept.
KINDS = {
    EventType.QUEUED: Kind.UNDER_WAY,
    EventType.SENT: Kind.SENT,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.DELIVERED: Kind.DELIVERED,
    **dict.fromkeys([EventType.BOUNCED, EventType.REJECTED, EventType.FAILED], Kind.BOUNCED),
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
    EventType.UNKNOWN: Kind.UNKNOWN,
}
REASONS = frozenset(
    [
        RejectReason.INVALID,
        RejectReason.BOUNCED,
        RejectReason.TIMED_OUT,
        RejectReason.BLOCKED,
        RejectReason.SPAM,
        RejectReason.UNSUBSCRIBED,
        RejectReason.OTHER,
    ]
)


@receiver(reported)
def keep(sender: object, event: AnymailTrackingEvent, esp_name: str, **_: object) -> None:
    """Record one report; raising makes Anymail refuse the post, and the provider repeats it."""
    if event.message_id and event.event_type in KINDS:
        tracking.record(update_of(event, provider=esp_name))


def update_of(event: AnymailTrackingEvent, *, provider: str) -> tracking.Update:
    """Anymail's normalized event as an update, without recipient, sentences and raw payload."""
    return tracking.Update(
        event_id=event_id_of(event, provider=provider),
        state=KINDS[event.event_type],
        provider_message_id=str(event.message_id),
        code=code_of(event),
        at=instant(event.timestamp),
    )


def event_id_of(event: AnymailTrackingEvent, *, provider: str) -> str:
    """The provider's id of the event; where it gives none, what it tells is the event: which message, what, when."""
    own = event.event_id or f"{event.message_id}:{event.event_type}:{event.timestamp}"
    name = f"{provider}:{own}"
    fits = len(name) <= messages.LONGEST_EVENT and name.isprintable()
    return name if fits else hashlib.sha256(name.encode(errors="replace")).hexdigest()


def code_of(event: AnymailTrackingEvent) -> str:
    """Why it didn't arrive, from Anymail's closed set: the reason where it knows one, else what happened."""
    if KINDS[event.event_type] != Kind.BOUNCED:
        return ""
    return str(event.reject_reason if event.reject_reason in REASONS else event.event_type)


def instant(timestamp: Any) -> datetime | None:
    """The provider's time; one without a zone says nothing."""
    return timestamp if isinstance(timestamp, datetime) and timestamp.utcoffset() is not None else None


def webhook_secrets() -> list[str]:
    """Each `user:password` that a provider may present; several while one is rotated."""
    given = get_anymail_setting("webhook_secret", default=[])
    return [secret for secret in ([given] if isinstance(given, str) else given) if secret]
