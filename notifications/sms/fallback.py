"""Two providers: the second one sends while the first is away. Built by `backends` from `SMS_FALLBACK_BACKEND`.

Only what the first surely didn't take goes to the second. What the second can't know: who said STOP to the number of
the first one. Consent has to be on record on our side before a message comes here.
"""

from __future__ import annotations

import time

import structlog

from notifications.sms import base
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

GONE = frozenset({"connection_failed", "provider_down"})
AWAY = GONE | {"provider_refuses_us"}
"""Codes that say: no message through this provider, whoever the recipient is. A busy one is waited for instead."""

ONLY_HERE = frozenset({"message_refused"})
"""What the second provider may object to although the first would have sent it."""

REST = 30.0
"""Seconds for which a provider that is gone isn't asked again, so that not every message waits for its time-out."""


class Backend(base.SmsBackend):
    """Sends through `first`, and through `second` when `first` is away."""

    def __init__(self, first: base.SmsBackend, second: base.SmsBackend) -> None:
        self.first, self.second = first, second
        self.gone_until = 0.0

    def send(self, sms: base.Sms) -> base.SentSms:
        """Hand over to the one or the other. Raises what the provider said that was asked last.

        A message that may have been sent before goes to the first alone, which can look.
        """
        if sms.maybe_sent_since:
            return self.first.send(sms)
        if time.monotonic() < self.gone_until:
            return self.through_second(sms, TryLater("provider_down"))
        try:
            return self.first.send(sms)
        except TryLater as failure:
            if failure.accepted_maybe or failure.code not in AWAY:
                raise
            away = failure
        if away.code in GONE:
            self.gone_until = time.monotonic() + REST
        return self.through_second(sms, away)

    def through_second(self, sms: base.Sms, away: TryLater) -> base.SentSms:
        """Send through the second; what it merely doesn't support waits for the first."""
        log.warning("sms_fallback_used", reference=sms.reference, code=away.code)
        try:
            return self.second.send(sms)
        except GiveUp as failure:
            if failure.code not in ONLY_HERE:
                raise
        raise away
