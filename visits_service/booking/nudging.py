"""What each of the clinic's doors does once a visit is saved: patients are told without delay of what has changed."""

from __future__ import annotations

from notifications import tasks
from notifications.models import Channel
from visits_service.booking.services import Saved


def tell(*saved: Saved) -> None:
    """Nudge the delivery of the notices that have become due with these; all of them in one round trip."""
    tasks.nudge_messages({Channel.EMAIL: [pk for each in saved for pk in each.message_ids]})
