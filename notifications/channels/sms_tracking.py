"""What an SMS provider reports, in the words of `tracking`. The door that received it calls `tracking.record`."""

from __future__ import annotations

from notifications import tracking
from notifications.models import Kind
from notifications.sms import twilio_webhooks
from notifications.sms.twilio_webhooks import State

KINDS = {
    State.UNDER_WAY: Kind.UNDER_WAY,
    State.SENT: Kind.SENT,
    State.DELIVERED: Kind.DELIVERED,
    State.UNDELIVERED: Kind.BOUNCED,
    State.FAILED: Kind.BOUNCED,
    State.UNKNOWN: Kind.UNKNOWN,
}


def update_of(status: twilio_webhooks.StatusUpdate) -> tracking.Update:
    """A verified status as an update; Twilio names no event, and tells each state of a message once."""
    return tracking.Update(
        event_id=f"twilio:{status.provider_id}:{status.state}",
        state=KINDS[status.state],
        provider_message_id=status.provider_id,
        reference=status.reference,
        code=status.reason,
    )
