"""One Celery application per service, and the nudge that wakes its workers.

Rows are the truth and a message is only a nudge, so a message is acknowledged when it is taken (`acks_late` is off):
what a killed worker had in hand comes back through its row's lease and the sweeper, and a poisonous row can't take
one worker after another with it. Queues carry the service's name and live under its key prefix, so that two services
share one Redis. Messages bear ids only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import heartbeat_sent, task_failure
from django.conf import settings as django_settings
from django.db import transaction
from kombu import Exchange, Queue

from servicekit import alive, connections, nudging

log = structlog.get_logger(__name__)

MOST_SWEPT = 500
"""Nudges that a sweep leaves in a queue at most."""

TRANSPORT = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 5.0,
    "socket_keepalive": True,
    "health_check_interval": 10,
    # A nudge that can't be published is not worth waiting for.
    "max_retries": 0,
    "interval_start": 0,
    # No bookkeeping of what is not acknowledged yet: a lost nudge costs only delay, and a worker that kept book of one
    # while its Redis went away would not survive that.
    "ack_emulation": False,
}


def make_app(service: str, *, settings_module: str) -> Celery:
    """The service's application; its configuration is the setting `CELERY`, read when it is first needed.

    Celery would run Django's checks when a worker or Beat starts and throw away what they find; they cost it half its
    start, with every page and every library that they look at. `check` runs them, and `doctor`, and both tell.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    app = Celery(service)
    app.add_defaults(lambda: django_settings.CELERY)
    app.autodiscover_tasks()
    return app


def config(
    service: str, *, broker_url: str, routes: Mapping[str, str], beat: Mapping[str, float], child_mb: int = 400
) -> dict[str, Any]:
    """Celery's configuration of one service.

    `routes` maps task name patterns to queue names without the service's prefix, `beat` maps task names to the
    seconds between two runs. A child process that has grown beyond `child_mb` is replaced after its task.
    """
    return {
        **connections.KEEP,
        "imports": ["servicekit.heartbeat", "servicekit.deadlines"],
        "broker_url": broker_url,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": TRANSPORT | {"global_keyprefix": f"{service}:"},
        "broker_pool_limit": 32,
        "task_queues": [queue(service, name) for name in sorted(set(routes.values()))],
        "task_default_queue": f"{service}.sweeps",
        "task_create_missing_queues": False,
        "task_routes": {pattern: {"queue": f"{service}.{name}"} for pattern, name in routes.items()},
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "worker_max_memory_per_child": child_mb * 1024,
        "worker_hijack_root_logger": False,
        "timezone": "UTC",
        "beat_schedule": {name: entry(name, every) for name, every in beat.items()},
        "beat_max_loop_interval": 5,
        "beat_scheduler": "servicekit.beat:Scheduler",
    }


@task_failure.connect
def log_failure(*, sender: Task[Any, Any], exception: BaseException, **_: object) -> None:
    """A task that raised, in our words: Celery's own line quotes the exception, which may quote a patient."""
    log.error("task_failed", task=sender.name, exc_info=exception)


@heartbeat_sent.connect
def show_that_it_lives(*, sender: Any, **_: object) -> None:
    """A worker's heart beats every two seconds, in the loop that takes messages, and stands still without Redis."""
    alive.touch(sender.eventer.hostname.partition("@")[0])


def queue(service: str, name: str) -> Queue:
    """A queue that is addressed directly: it needs no binding in Redis, so an emptied Redis still routes."""
    full = f"{service}.{name}"
    return Queue(full, exchange=Exchange("", type="direct"), routing_key=full)


def entry(task: str, every: float) -> dict[str, Any]:
    """A Beat entry whose message expires before many could pile up behind a stopped worker, and not much earlier.

    A worker that is slower than that would find each message expired, throw it away, and never sweep at all.
    """
    return {"task": task, "schedule": timedelta(seconds=every), "options": {"expires": max(every * 10, 60.0)}}


def nudge(task: Task[Any, Any], *, countdown: float = 0, **ids: int | str) -> None:
    """Tell a worker that rows are due, after the current transaction has committed; losing it costs only delay.

    `countdown` is in seconds and only ever short: dates belong on rows.
    """
    nudge_all(nudging.Nudge(task, ids, countdown))


def nudge_all(*nudges: nudging.Nudge) -> None:
    """As `nudge`, for many: they travel together, in one round trip."""
    if nudges:
        transaction.on_commit(partial(nudging.of_this_process.send, *nudges))


def sweep(task: Task[Any, Any], due: Callable[[int], Sequence[int]], *, argument: str) -> None:
    """Nudge rows that were nudged in vain; `due` gives the ids of at most so many, `argument` is the task's keyword.

    A queue that is long already is left alone: its workers have enough to do, and the rows are found again next time.
    """
    room = MOST_SWEPT - backlog(task)
    if room > 0:
        nudge_all(*(nudging.Nudge(task, {argument: row_id}) for row_id in due(room)))


def backlog(task: Task[Any, Any]) -> int:
    """How many nudges wait in the queue of a task."""
    with task.app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        return int(channel.client.llen(nudging.queue_of(task)))
