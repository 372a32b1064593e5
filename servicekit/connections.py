"""A worker keeps its connection to the database from task to task; one that somebody has closed is replaced.

Celery closes it after each task by itself. A new one costs PostgreSQL a process with empty caches, for which the first
statements pay again: half of what a task without much work of its own takes, on both sides.
"""

from __future__ import annotations

import select
import sys

from celery import states
from celery.signals import task_postrun, task_prerun, worker_init
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

KEEP = {"CELERY_DB_REUSE_MAX": sys.maxsize // 2}
"""Celery's setting of how many tasks a connection serves: here it is the rules below that end one."""


@worker_init.connect
def begin(**_: object) -> None:
    """In a worker, and in no other process that happens to run a task."""
    connections.close_all()
    task_prerun.connect(replace_the_dead)
    task_postrun.connect(keep_or_close)


def replace_the_dead(**_: object) -> None:
    """Before a task: close what the server has hung up on, as when it was restarted; Django opens another."""
    for connection in connections.all(initialized_only=True):
        if hung_up(connection):
            connection.close()


def keep_or_close(*, state: str, **_: object) -> None:
    """After a task: keep the connection until it is old (`CONN_MAX_AGE`), or give it back where there is a pool.

    A task that failed may have been stopped in the middle of a statement, so its connection isn't trusted.
    """
    for connection in connections.all(initialized_only=True):
        if state == states.SUCCESS:
            connection.close_if_unusable_or_obsolete()
        else:
            connection.close()


def hung_up(connection: BaseDatabaseWrapper) -> bool:
    """Whether a server says something although nobody asked: that is its goodbye. Costs no round trip."""
    if connection.vendor != "postgresql" or connection.connection is None:
        return False
    if connection.connection.closed:
        return True
    listening = select.poll()
    listening.register(connection.connection.fileno(), select.POLLIN)
    return bool(listening.poll(0))
