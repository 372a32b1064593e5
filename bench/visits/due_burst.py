"""Many reminders that are due at once, written by the worker's lane as Procfile has it. Used by `reminder_minutes`."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count
from django.utils import timezone

from bench import usage
from bench.visits import in_visits_service  # noqa: F401 - first, so that there are models to import
from notifications.models import Channel, Message, State
from scripts import processes
from scripts.stack import ROOT
from servicekit import lanes
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

PATIENCE_SECONDS = 240.0
LOOK_SECONDS = 0.25
Memory = dict[int, float]


@dataclass(frozen=True, slots=True)
class Burst:
    """What came of it. `memory` is MB of each process after a third of the reminders and at the end."""

    messages: int
    rate: float
    cpu_ms: float
    memory: dict[int, tuple[float, float]]
    complete: bool

    @property
    def growth(self) -> float:
        """MB by which the process grew that grew most."""
        return max((after - before for before, after in self.memory.values()), default=0.0)


def run(reminders: int) -> Burst:
    """Start the lane, nudge it once, and watch until nothing is due. Raises TimeoutError when that takes too long."""
    with lane() as pids:
        cpu, started = usage.cpu_seconds(pids), time.perf_counter()
        remind_due.delay()
        memory = watched(pids, reminders)
        seconds, cpu = time.perf_counter() - started, usage.cpu_seconds(pids) - cpu
    found = dict(Message.objects.filter(state=State.QUEUED).values_list("channel").annotate(Count("pk")))
    complete = found == {Channel.EMAIL: reminders // 2, Channel.SMS: reminders // 2}
    return Burst(reminders, reminders / seconds, cpu / reminders * 1000, memory, complete)


def watched(pids: list[int], reminders: int) -> dict[int, tuple[float, float]]:
    """Wait until all reminders are written; the memory of each process on the way and at the end.

    Counts them only until the first look at memory: it takes time that the lane could use.
    """
    end, early = time.monotonic() + PATIENCE_SECONDS, Memory()
    due = Reminder.objects.filter(due_at__isnull=False, due_at__lte=timezone.now())
    while due.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{due.count()} reminders are still due after {PATIENCE_SECONDS:.0f} s")
        if not early and due.count() < reminders * 2 / 3:
            early = usage.memory_of(pids)
        time.sleep(LOOK_SECONDS)
    late = usage.memory_of(pids)
    return {pid: (early.get(pid, late[pid]), late[pid]) for pid in pids}


@contextmanager
def lane() -> Iterator[list[int]]:
    """The lane of the due scan, ready; the ids of its processes."""
    [text] = re.findall(r"--lane (reminders\S*)", (ROOT / "Procfile").read_text())
    wanted = lanes.parsed(re.sub(r"\$\{[A-Z_]+:-([0-9]+)\}", r"\1", text))
    command = " ".join(lanes.command_of(wanted, app="visits_service.config.celery_app", service="visits"))
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "worker.log"
        with processes.background(command.replace("INFO", "WARNING"), env=os.environ, log=log) as worker:
            processes.eventually(lambda: len(usage.children(worker.pid)) == wanted.concurrency, "the lane isn't there")
            yield usage.children(worker.pid)
