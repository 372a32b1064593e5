"""SMS, through whatever `SMS_BACKEND` names. Called by `delivery`."""

from __future__ import annotations

from django.utils import timezone

from notifications import models
from notifications.sms import backends, base, configuration
from servicekit.failures import GiveUp

LONGEST_STEP = configuration.timeout()
"""Seconds that our adapters wait for a provider's answer at most."""


def send_record(message: models.Message) -> str:
    """Send the text on record; see `send`."""
    return send(
        base.Sms(
            to=message.to,
            text=message.text,
            reference=str(message.pk),
            valid_until=message.useful_until,
            maybe_sent_since=message.created_at if message.possible_double else None,
        )
    )


def send(sms: base.Sms) -> str:
    """Hand one text to the provider and return the provider's id of it, or nothing where it gives none.

    Raises TryLater and GiveUp, `too_late` among them when its time has passed meanwhile.
    """
    if sms.valid_until and sms.valid_until <= timezone.now():
        raise GiveUp("too_late")
    return backends.get_backend().send(sms).provider_id
