"""What the SMS provider reports of a message of ours; `sms_views` brings it."""

from __future__ import annotations

from datetime import datetime

from notifications.models import Channel, Message
from notifications.sms.twilio_webhooks import StatusUpdate
from visits_service.reminders import choices
from visits_service.visits import consent


def take(update: StatusUpdate, *, at: datetime) -> None:
    """Keep the report; a number that the provider says has refused us is texted no more."""
    if update.reason == "opted_out":
        learn_refusal(update, at=at)


def learn_refusal(update: StatusUpdate, *, at: datetime) -> None:
    """The number is the one that our message went to: the report itself is not asked."""
    if not update.reference.isdigit():
        return
    texts = Message.objects.filter(channel=Channel.SMS, pk=update.reference)
    for number in texts.values_list("to", flat=True):
        choices.stop_number(number, source=consent.Source.PROVIDER, at=at)
