"""Work that no answer may wait for, lest its time tell what there was to do: deeds that can be asked for again.

A web process does it in a thread of its own (`servicekit.gunicorn`), every other process straight away. What the end of
a process finds undone is finished; what a kill finds undone is lost, so nothing that has to happen belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

import structlog
from django.db import connections

log = structlog.get_logger(__name__)


class Afterwards:
    """How this process does such work: straight away until it is told otherwise."""

    def __init__(self) -> None:
        self.thread: ThreadPoolExecutor | None = None

    def do(self, job: Callable[[], None]) -> None:
        """Do it now, or as soon as the thread has done what came before; its log lines bear the caller's id."""
        if self.thread is None:
            job()
        else:
            self.thread.submit(copy_context().run, alone, job).add_done_callback(complain)

    def go_to_background(self) -> None:
        """Work in a thread from now on; for processes whose callers must not notice."""
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="afterwards")

    def finish(self) -> None:
        """Before the process ends: do what waits."""
        if self.thread is not None:
            self.thread.shutdown()


def alone(job: Callable[[], None]) -> None:
    """The job outside of a request, where nobody else looks after the thread's connections to the database."""
    try:
        job()
    finally:
        connections.close_all()


def complain(done: Future[None]) -> None:
    """A bug, in the log; nobody waits for the answer."""
    if failure := done.exception():
        log.error("afterwards_failed", exc_info=failure)


of_this_process = Afterwards()
