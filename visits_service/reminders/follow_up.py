"""Reminders whose messages didn't arrive are written again, or given up for another channel. Called by `tasks`.

Each reminder is followed up once, since it leaves the state `QUEUED` in that transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from notifications.models import Channel
from notifications.selectors import NEED_A_PERSON
from visits_service.reminders import choices, failover, judging
from visits_service.reminders.judging import Verdict
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.consent import Refusal

log = structlog.get_logger(__name__)
State = Reminder.State

BATCH = 500
CLOSED = ["state", "reason", "send_at", "due_at", "message", "round"]
LOOK_BACK = timedelta(days=7)
"""How old a message may be whose failure is news: providers report a bounce within days."""

TOO_LATE, OPTED_OUT = "too_late", "opted_out"
"""Codes of `notifications.delivery` and of SMS backends."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What one batch came to: how many reminders ended in which state, and how many stand-ins were planned."""

    states: Counter[str]
    stand_ins: int

    @property
    def may_be_due(self) -> bool:
        """Whether there may be something to send now."""
        return bool(self.stand_ins or self.states[State.PLANNED])


def follow_up(*, now: datetime, most: int = BATCH) -> Followed:
    """Look after at most so many reminders whose messages didn't arrive; opens its own transactions.

    A visit that somebody is changing right now is left to the next time.
    """
    learn_opt_outs(now=now)
    with transaction.atomic(durable=True):
        rows = failover.free(list(claimed(now=now, most=most)))
        refusals = consent.refusals_of(row.visit.patient for row in rows)
        late = judging.superseded(rows, now=now)
        for row in rows:
            close(row, verdict_on(row, refusals=refusals, superseded=row.pk in late, now=now), now=now)
        Reminder.objects.bulk_update(rows, CLOSED)
        stand_ins = failover.plan([row for row in rows if row.state == State.FAILED], now=now)
    return Followed(Counter(str(row.state) for row in rows), stand_ins)


def claimed(*, now: datetime, most: int) -> QuerySet[Reminder]:
    """Reminders whose messages didn't arrive and that nobody else holds, to be locked, with what is asked of them."""
    rows = unheard(now=now).select_related("message", "visit__patient").order_by("message__created_at", "pk")
    return rows.select_for_update(skip_locked=True, of=("self",))[:most]


def verdict_on(row: Reminder, *, refusals: Set[Refusal], superseded: bool, now: datetime) -> Verdict:
    """A message that ran out of time is written again if it may still help; any other failure is final.

    So is one of what a person sent: it is theirs to send again, and where to.
    """
    message = row.message
    if message is None or row.is_by_hand or message.last_error != TOO_LATE:
        return Verdict(State.FAILED, (message and (message.last_error or message.state)) or "")
    try:
        return judging.judge(row, refusals=refusals, superseded=superseded, now=now)
    except Exception as crash:
        log.error("reminder_not_written_again", reminder=row.pk, exc_info=crash)
        return Verdict(State.FAILED, type(crash).__name__)


def close(row: Reminder, verdict: Verdict, *, now: datetime) -> None:
    """Note the verdict on the row; one that is written again waits for the due scan, as another round."""
    again = verdict.state in (State.QUEUED, State.PLANNED)
    row.state, row.reason = State.PLANNED if again else verdict.state, verdict.reason
    if again:
        row.send_at = row.due_at = verdict.at or now
        row.message, row.round = None, row.round + 1


def learn_opt_outs(*, now: datetime) -> None:
    """Put on record the numbers that the provider refuses, since they have said STOP there, and plan accordingly.

    Before their reminders are followed up, so that a crash in between is made up for the next time.
    """
    refused = unheard(now=now).filter(channel=Channel.SMS, message__last_error=OPTED_OUT)
    for number in sorted(set(refused.values_list("message__to", flat=True))):
        choices.stop_number(number, source=consent.Source.PROVIDER, at=now)


def unheard(*, now: datetime) -> QuerySet[Reminder]:
    """Reminders that went out by our books, while their messages are dead or came back."""
    return Reminder.objects.filter(
        state=State.QUEUED, message__state__in=NEED_A_PERSON, message__created_at__gte=now - LOOK_BACK
    )
