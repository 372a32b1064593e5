"""How long a task has left, for whoever is about to call somebody outside.

Celery ends a child process that takes too long, and can't do that to a thread. So a call that may last until after its
task's soft limit isn't begun: the row rests, and its lease is never outlived. Each call has a time-out of its own.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from celery import Task
from celery.signals import task_postrun, task_prerun

from servicekit.failures import TryLater

OUT_OF_TIME = "out_of_time"
_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@task_prerun.connect
def begin_task(*, task: Task[Any, Any], **_: object) -> None:
    """From now on this thread has as long as the task's soft limit says."""
    _ends_at.set(time.monotonic() + task.soft_time_limit if task.soft_time_limit else None)


@task_postrun.connect
def end_task(**_: object) -> None:
    """Nothing presses between two tasks."""
    _ends_at.set(None)


def have_time_for(seconds: float) -> None:
    """Raise TryLater when the task that this thread works on has less than that left; who is no task has time."""
    ends_at = _ends_at.get()
    if ends_at is not None and ends_at - time.monotonic() < seconds:
        raise TryLater(OUT_OF_TIME)
