"""Many scan at once, visits change meanwhile, and each reminder is still one message, or none."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from notifications.models import State as MessageState
from tests import processes
from tests.locks import nobody_may_write, sessions_before_a_lock
from tests.notifications.builders import in_threads
from tests.threads import in_thread
from tests.visits.builders import a_visit, next_noon
from tests.visits.reminding import many_visits, scan, states
from visits_service.booking import services as booking
from visits_service.reminders import due
from visits_service.reminders.models import Reminder

pytestmark = pytest.mark.django_db(transaction=True)
State = Reminder.State
STARTS = next_noon(days=7)
DUE = STARTS - timedelta(days=1)


def test_eight_scans_at_once_share_the_work_and_write_each_reminder_once() -> None:
    many_visits(200, starts_at=STARTS)

    found = in_threads(8, lambda _: scan(DUE, most=20))

    assert sum(each[State.QUEUED] for each in found) == 400
    assert Message.objects.count() == 400
    assert Message.objects.values("to").distinct().count() == 400


def test_a_visit_cancelled_while_its_reminder_is_being_written_has_the_message_called_back() -> None:
    a_visit(starts_at=STARTS)
    scanning = Thread(target=in_thread, args=(lambda: due.remind(now=DUE),))
    cancelling = Thread(target=in_thread, args=(lambda: booking.cancel("visit-1", at=timezone.now()),))

    with nobody_may_write(Message):
        scanning.start()
        processes.eventually(lambda: sessions_before_a_lock() == 1, why="the scan doesn't write")
        cancelling.start()
        processes.eventually(lambda: sessions_before_a_lock() == 2, why="the cancellation doesn't wait for the scan")
    scanning.join()
    cancelling.join()

    assert {state for _, state, _ in states()} == {State.VOID}
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.WITHDRAWN}
    assert not Message.objects.filter(due_at__isnull=False).exists()


def test_a_reminder_is_left_alone_while_its_visit_is_being_cancelled_and_then_void() -> None:
    a_visit(starts_at=STARTS)
    cancelled, done = Event(), Event()

    def cancel() -> None:
        with transaction.atomic():
            booking.cancel("visit-1", at=timezone.now())
            cancelled.set()
            done.wait(processes.PATIENCE_SECONDS)

    cancelling = Thread(target=in_thread, args=(cancel,))
    cancelling.start()
    cancelled.wait(processes.PATIENCE_SECONDS)
    found = due.remind(now=DUE)
    done.set()
    cancelling.join()

    assert found.taken == 0
    assert {state for _, state, _ in states()} == {State.VOID}
    assert not Message.objects.exists()
