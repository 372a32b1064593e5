"""A worker keeps its connection to PostgreSQL from task to task, and finds another when that one was closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event
from servicekit import celery
from tests import processes
from tests.builders import keep
from tests.stripe_events import an_event, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "the worker of this test"


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[processes.Process]:
    """A worker with one thread of its own, and a name that PostgreSQL shows."""
    with processes.worker(tmp_path / "worker.log", queues="events", pool="solo", PGAPPNAME=NAME) as started:
        yield started


def processed() -> StripeEvent:
    """An event that the worker has done with."""
    event_id = keep(an_event("charge.updated", {"object": "charge"}))
    celery.nudge(process_event, event_id=event_id)
    done = StripeEvent.objects.filter(pk=event_id, processed_at__isnull=False)
    processes.eventually(done.exists, why="the worker didn't process it")
    return done.get()


def its_connections() -> list[int]:
    """The ids of PostgreSQL's processes that serve the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return [pid for (pid,) in cursor.fetchall()]


def test_one_connection_serves_task_after_task(worker: processes.Process) -> None:
    processed()
    first = its_connections()

    processed()
    processed()

    assert len(first) == 1
    assert its_connections() == first


def test_a_connection_that_the_server_has_closed_costs_no_task(worker: processes.Process) -> None:
    processed()
    [first] = its_connections()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    event = processed()

    assert event.attempts == 1
    assert "task_failed" not in worker.output()
    assert its_connections() != [first]


def test_a_task_that_failed_leaves_no_connection_behind(worker: processes.Process) -> None:
    processed()
    [first] = its_connections()

    broken = keep(events_of_a_payment()[0])
    StripeEvent.objects.filter(pk=broken).update(body="no JSON")
    celery.nudge(process_event, event_id=broken)
    processes.eventually(lambda: "task_failed" in worker.output(), why="the task didn't fail")
    processed()

    assert its_connections() != [first]
