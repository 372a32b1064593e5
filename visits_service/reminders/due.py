"""What is due goes to the outbox: claimed, checked against the visit as it is by now, written. Called by `tasks`.

A batch is one transaction, and its row locks are the claim: nothing outside is called, so no lease is needed, and what
a killed worker had in hand is due again at once. Other scans skip what is locked; a visit that is moved or cancelled
meanwhile waits for the batch, and then calls its message back. On SQLite, which has no row locks, IMMEDIATE
transactions queue up, and the second scan finds nothing left.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from notifications import messages, outbox
from servicekit import retrying
from visits_service.reminders import failover, judging, writing
from visits_service.reminders.judging import Verdict
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.consent import Refusal

log = structlog.get_logger(__name__)
State = Reminder.State

BATCH = 500
"""Reminders in one transaction: its commit is cheap then, and nobody waits for its locks longer than a moment."""

WAITING = ["send_at", "due_at", "attempts", "last_error"]
BUSY = timedelta(seconds=10)
"""How long a reminder waits whose visit somebody else is changing right now."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one batch came to: the messages to be delivered now, by channel, and the number of reminders by their state.

    `planned` are the ones that were put off, by the clock or after a crash.
    """

    messages: dict[str, list[int]]
    states: Counter[str]

    @property
    def taken(self) -> int:
        """How many reminders the batch had."""
        return self.states.total()


def remind(*, now: datetime, most: int = BATCH) -> Scan:
    """Take at most so many reminders that are due, the longest due first, and write those that still make sense.

    Opens its own transaction and refuses to run in another: its caller nudges delivery, and never before the commit.
    """
    with transaction.atomic(durable=True):
        rows = list(claimed(now=now, most=most))
        written = write_all(rows, now=now)
        message_ids = outbox.enqueue_all(list(written.values()))
        queue(list(written), message_ids)
        settle([row for row in rows if row not in written], now=now)
    found = outbox.by_channel(list(written.values()), message_ids)
    return Scan(found, Counter(str(row.state) for row in rows))


def claimed(*, now: datetime, most: int) -> QuerySet[Reminder]:
    """Due reminders that nobody else holds, to be locked, each with its visit and patient; the longest due first."""
    due = Reminder.objects.filter(due_at__lte=now).order_by("due_at").select_related("visit__patient")
    return due.select_for_update(skip_locked=True, of=("self",))[:most]


def write_all(rows: Sequence[Reminder], *, now: datetime) -> dict[Reminder, messages.Message]:
    """The messages of the reminders that go out now; each other row says what has become of it."""
    refusals = consent.refusals_of(row.visit.patient for row in rows)
    late = judging.superseded(rows, now=now)
    written = {row: message_for(row, refusals=refusals, superseded=row.pk in late, now=now) for row in rows}
    return {row: message for row, message in written.items() if message}


def message_for(row: Reminder, *, refusals: Set[Refusal], superseded: bool, now: datetime) -> messages.Message | None:
    """The message of a reminder that goes out now; for another one nothing, and the row says why.

    One bad row must not stop the others, whatever is wrong with it: it rests, and comes again.
    """
    try:
        verdict = judging.judge(row, refusals=refusals, superseded=superseded, now=now)
        if verdict.state == State.QUEUED:
            return writing.write(row, now=now)
    except messages.Refused as refusal:
        verdict = Verdict(State.FAILED, refusal.field)
    except Exception as crash:
        rest(row, crash, now=now)
        return None
    row.state, row.reason, row.due_at = verdict.state, verdict.reason, verdict.at
    row.send_at = verdict.at or row.send_at
    return None


def rest(row: Reminder, crash: Exception, *, now: datetime) -> None:
    """Let a reminder that couldn't be judged or written wait, longer each time; it ends when its visit starts."""
    row.attempts += 1
    row.last_error = type(crash).__name__[:100]
    row.due_at = now + retrying.wait_after(row.attempts, jitter=random.random())
    log.error("reminder_rests", reminder=row.pk, attempts=row.attempts, exc_info=crash)


def queue(rows: Sequence[Reminder], message_ids: Sequence[int]) -> None:
    """Note on each reminder the message that it has become.

    One flat CASE for all of them: what `bulk_update` makes of it took longer than all the rest of a batch.
    """
    if not rows:
        return
    pairs = (f"WHEN {row.pk:d} THEN {message_id:d}" for row, message_id in zip(rows, message_ids, strict=True))
    chosen = RawSQL(f"CASE id {' '.join(pairs)} END", [])  # noqa: S611 - nothing but numbers
    changed = Reminder.objects.filter(pk__in=[row.pk for row in rows])
    changed.update(state=State.QUEUED, due_at=None, last_error="", message=chosen)
    for row in rows:
        row.state = State.QUEUED


def settle(rows: Sequence[Reminder], *, now: datetime) -> None:
    """Note what has become of the others; for one that no provider could send, another channel stands in."""
    failed = [row for row in rows if row.state == State.FAILED]
    free = failover.free(failed)
    for row in set(failed) - set(free):
        row.state, row.reason, row.due_at = State.PLANNED, "", now + BUSY
    failover.plan(free, now=now)
    ended = defaultdict(list)
    for row in rows:
        if row.state != State.PLANNED:
            ended[row.state, row.reason].append(row.pk)
    for (state, reason), numbers in ended.items():
        Reminder.objects.filter(pk__in=numbers).update(state=state, reason=reason, due_at=None)
    Reminder.objects.bulk_update([row for row in rows if row.state == State.PLANNED], WAITING)
