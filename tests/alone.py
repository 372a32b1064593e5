"""Each task of a service on its own: what it asks of an empty database, what it starts, how much a nudge of it is."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import redis
from celery import Celery, Task
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicekit import nudging
from servicekit.heartbeat import heartbeat
from servicekit.nudging import Nudge
from tests import shape

LARGEST_ID = 10**9
CARRIED = {"correlation": "evt_" + "1" * 24}
"""What a nudge takes along that follows from an event of Stripe's: an id as long as Stripe's are."""
LARGEST_NUDGE = 610
"""Bytes, whatever the task and however large the installation: docs/performance.md names an event's."""


def tasks_of(app: Celery) -> list[Task[Any, Any]]:
    """Those that are there for rows; the heartbeat's trace is a time in Redis, and it starts nothing."""
    return [task for task in shape.tasks_of(app).values() if task.name != heartbeat.name]


def ids_of(task: Task[Any, Any], row: int) -> dict[str, int]:
    """What the task is called with to look after that row."""
    named = inspect.signature(task.run).parameters.values()
    return {each.name: row for each in named if each.kind is each.KEYWORD_ONLY and each.default is each.empty}


def broker() -> Any:
    """The Redis that nudges lie in."""
    return redis.Redis.from_url(settings.REDIS_URL)


def lie_in_wait(app: Celery) -> dict[str, list[bytes]]:
    """The messages in each of the service's queues."""
    prefix = settings.CELERY["broker_transport_options"]["global_keyprefix"]
    return {queue: broker().lrange(prefix + queue, 0, -1) for queue in app.amqp.queues}


def questions_of(task: Task[Any, Any]) -> int:
    """How many statements it takes, called for a row that isn't there."""
    with CaptureQueriesContext(connection) as asked:
        task(**ids_of(task, 0))
    return len(asked)


def sizes_of_nudges(app: Celery, tasks: Iterable[Task[Any, Any]]) -> dict[str, int]:
    """How many bytes a nudge of each of them takes in Redis, with ids that are large."""
    found = {}
    for task in tasks:
        before = {message for messages in lie_in_wait(app).values() for message in messages}
        nudging.publish([Nudge(task, ids_of(task, LARGEST_ID), carried=CARRIED)])
        [message] = {message for messages in lie_in_wait(app).values() for message in messages} - before
        found[task.name] = len(message)
    return found
