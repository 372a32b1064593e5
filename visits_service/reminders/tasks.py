"""The doors through which workers and Beat come in: what is due, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from celery import shared_task
from django.utils import timezone

from notifications import tasks as notifications
from servicekit.celery import nudge
from visits_service.reminders import due, follow_up

RUN_SECONDS = 40.0
"""How long one run goes on taking batches; its limits lie well behind, so that no batch is cut off."""


@shared_task(name="reminders.remind_due", soft_time_limit=80, time_limit=100)
def remind_due(**_: object) -> None:
    """Write the reminders that are due, batch after batch; a second worker is called where there are many."""
    for number, scan in enumerate(batches()):
        if number == 0 and scan.taken == due.BATCH:
            nudge(remind_due)


def batches(*, seconds: float = RUN_SECONDS) -> Iterator[due.Scan]:
    """Take batch after batch until nothing is due or the time is up, and nudge the delivery of each."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        scan = due.remind(now=timezone.now())
        notifications.nudge_messages(scan.messages)
        yield scan
        if scan.taken < due.BATCH:
            return


@shared_task(name="reminders.follow_up", soft_time_limit=80, time_limit=100)
def follow_up_failures(**_: object) -> None:
    """Look after the reminders that didn't reach the patient; what stands in for them may be due at once."""
    end = time.monotonic() + RUN_SECONDS
    while time.monotonic() < end:
        followed = follow_up.follow_up(now=timezone.now())
        if followed.may_be_due:
            nudge(remind_due)
        if not followed.states:
            return
