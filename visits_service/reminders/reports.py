"""What the SMS provider reports of a message of ours; `sms_views` brings it, `follow_up` draws the consequences."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notifications import tracking
from notifications.channels import sms_tracking
from notifications.sms.twilio_webhooks import StatusUpdate
from visits_service.reminders import choices
from visits_service.visits import consent

OPTED_OUT = "opted_out"


def take(status: StatusUpdate, *, at: datetime) -> None:
    """Keep the report; a number that has refused us at the provider (Twilio's 21610) is texted no more.

    A report that came before changes nothing. Opens its own transactions and refuses to run in another.
    """
    update = sms_tracking.update_of(status)
    if update.code == OPTED_OUT and (number := number_of(update)):
        choices.stop_number(number, source=consent.Source.PROVIDER, at=at)
    tracking.record(update)


def number_of(update: tracking.Update) -> str:
    """Where our message went, by our own record; nothing for a message that nobody knows."""
    with transaction.atomic(durable=True):
        message = tracking.addressee(update)
    return message.to if message else ""
