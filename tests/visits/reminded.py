"""Reminders that have gone out, without waiting for a day to come."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from notifications import messages, outbox
from notifications.models import Message, State
from tests.visits.builders import reminders_of
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit


def reminded(visit: Visit, channel: str = "sms", **of_message: Any) -> Message:
    """The message of the visit's reminder on that channel, as accepted by the provider and not heard of since."""
    reminder = reminders_of(visit)[channel]
    about: dict[str, Any] = {
        "language": "en",
        "text": "Tomorrow at 12:00",
        "dedupe_key": f"reminder:{reminder.pk}:{reminder.round}",
    }
    to = visit.patient.address(channel)
    message = messages.Sms(to=to, **about) if channel == "sms" else messages.Email(to=to, subject="Tomorrow", **about)
    pk = outbox.enqueue_all([message])[0]
    gone = {"state": State.SENT, "due_at": None, "sent_at": timezone.now()} | of_message
    Message.objects.filter(pk=pk).update(**gone)
    Reminder.objects.filter(pk=reminder.pk).update(state=Reminder.State.QUEUED, due_at=None, message=pk)
    return Message.objects.get(pk=pk)
