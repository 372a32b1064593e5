"""A visit has changed of which its patient had been reminded by email: they are told, and so is their calendar.

`booking` calls it in the transaction that saves the visit, and its doors nudge the message after the commit.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db.models import Q

from notifications import messages, outbox
from notifications.models import Channel, Message, State
from visits_service.reminders import writing
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import AHEAD, Visit

log = structlog.get_logger(__name__)

ON_ITS_WAY = Q(message__state__in=[State.QUEUED, State.SENT, State.DELIVERED])
"""Planning has called back what it could by now, so what is still queued is in a worker's hand."""
IN_DOUBT = Q(message__state__in=[State.FAILED, State.WITHDRAWN], message__possible_double=True)


def after_change(visit: Visit, *, at: datetime) -> list[int]:
    """Queue the notice of a locked visit's present version, and give its message's id: to be nudged after the commit.

    Nothing for a visit that has started, nor where no earlier version's reminder has gone out to where the patient
    reads email now, nor for a patient who wants none. Called twice for a version, it queues one. Call it after the
    visit has been planned anew.
    """
    if visit.version == 1:
        return []
    call_back_earlier(visit)
    if visit.starts_at <= at or not knows_an_earlier_version(visit) or not wants_email(visit):
        return []
    try:
        message_id = outbox.enqueue(writing.notice(visit, now=at))
    except messages.Refused as refusal:
        log.warning("notice_not_addressable", visit=visit.pk, field=refusal.field)
        return []
    stand_in_for_reminder(visit, message_id, at=at)
    return [message_id]


def call_back_earlier(visit: Visit) -> None:
    """Take back the notices of earlier versions that haven't left the house."""
    queued = Message.objects.filter(about=visit.reference, state=State.QUEUED, dedupe_key__startswith=writing.NOTICE)
    earlier = queued.exclude(dedupe_key=writing.notice_key(visit))
    outbox.withdraw(list(earlier.values_list("pk", flat=True)))


def knows_an_earlier_version(visit: Visit) -> bool:
    """Whether a reminder of an earlier version may have arrived in the patient's mailbox."""
    earlier = Reminder.objects.filter(visit=visit, channel=Channel.EMAIL, visit_version__lt=visit.version)
    return earlier.filter(ON_ITS_WAY | IN_DOUBT, message__to=visit.patient.email).exists()


def wants_email(visit: Visit) -> bool:
    """Whether the patient may be written to."""
    return Channel.EMAIL in consent.reach_of([visit.patient])[visit.patient_id].open


def stand_in_for_reminder(visit: Visit, message_id: int, *, at: datetime) -> None:
    """Let the notice be the reminder, too, that would go out at this moment: the patient needn't be told twice."""
    if visit.status in AHEAD:
        now = Reminder.objects.filter(
            visit=visit, visit_version=visit.version, channel=Channel.EMAIL, state=Reminder.State.PLANNED
        )
        now.filter(send_at__lte=at).update(state=Reminder.State.QUEUED, message_id=message_id, due_at=None)
