"""One id for all that follows from one cause: from a webhook, a page or a beat through every task to the provider.

It stands in each log line as `correlation`. Nudges carry it from process to process; a row that a sweeper finds goes on
under the sweep's id, and its log lines still name the row. An id is ours, the caller's opaque one or Stripe's; never a
person's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import structlog
from celery import Task
from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

from servicekit import tracing

KEY = "correlation"
HEADER = "X-Request-ID"
EMAIL_HEADER = "X-Correlation-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9_.-]{8,100}")


def current() -> str:
    """The id of what this thread works on; empty when nothing began."""
    return str(structlog.contextvars.get_contextvars().get(KEY, ""))


def carried() -> dict[str, str]:
    """What a nudge takes along to the process that it wakes: the id, and the trace that it belongs to."""
    return ({KEY: current()} if current() else {}) | tracing.carried()


def begin(correlation: str) -> None:
    """What this thread does from now on belongs to that id, and no longer to what came before."""
    structlog.contextvars.clear_contextvars()
    if correlation:
        structlog.contextvars.bind_contextvars(**{KEY: correlation})


class Middleware:
    """Each request under an id: the caller's where it is a plain word, else a new one; the answer says which."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the id in `X-Request-ID`."""
        given = request.headers.get(HEADER, "")
        begin(given if ACCEPTABLE.fullmatch(given) else uuid4().hex)
        response = self.get_response(request)
        response[HEADER] = current()
        begin("")
        return response


@task_prerun.connect
def begin_task(*, task_id: str, task: Task[Any, Any], **_: object) -> None:
    """A task goes on under the id that its nudge brought, or begins under its own."""
    begin(getattr(task.request, KEY, None) or task_id)


@task_postrun.connect
def end_task(**_: object) -> None:
    """What the worker says between two tasks belongs to neither."""
    begin("")
