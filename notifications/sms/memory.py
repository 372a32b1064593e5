"""Messages in a list, for tests: `SMS_BACKEND=notifications.sms.memory.Backend`, then look into `outbox`."""

from __future__ import annotations

from notifications.sms import base

outbox: list[base.Sms] = []
"""What was sent in this process, the oldest first; a test empties it."""


class Backend(base.SmsBackend):
    """Keeps each message in `outbox`; its id is its place in there."""

    def send(self, sms: base.Sms) -> base.SentSms:
        """Keep it. Never fails; a message that may have been sent is looked up first, by its reference."""
        places = [place for place, kept in enumerate(outbox) if kept.reference == sms.reference]
        if sms.maybe_sent_since and places:
            return base.SentSms("memory", f"memory-{places[0]}")
        outbox.append(sms)
        return base.SentSms("memory", f"memory-{len(outbox) - 1}")
