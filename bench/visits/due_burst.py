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

from bench.visits import in_visits_service  # noqa: F401 - first, so that there are models to import
from notifications.models import Channel, Message, State
from scripts import processes
from scripts.stack import ROOT
from servicekit import lanes
from visits_service.reminders.models import Reminder
from visits_service.reminders.tasks import remind_due

PATIENCE_SECONDS = 240.0
LOOK_SECONDS = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
RSS = re.compile(r"VmRSS:\s+(\d+) kB")
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
        cpu, started = cpu_seconds(pids), time.perf_counter()
        remind_due.delay()
        memory = watched(pids, reminders)
        seconds, cpu = time.perf_counter() - started, cpu_seconds(pids) - cpu
    found = dict(Message.objects.filter(state=State.QUEUED).values_list("channel").annotate(Count("pk")))
    complete = found == {Channel.EMAIL: reminders // 2, Channel.SMS: reminders // 2}
    return Burst(reminders, reminders / seconds, cpu / reminders * 1000, memory, complete)


def watched(pids: list[int], reminders: int) -> dict[int, tuple[float, float]]:
    """Wait until all reminders are written; the memory of each process on the way and at the end."""
    end, early = time.monotonic() + PATIENCE_SECONDS, Memory()
    while (left := Reminder.objects.filter(due_at__lte=timezone.now()).count()) > 0:
        if time.monotonic() > end:
            raise TimeoutError(f"{left} reminders are still due after {PATIENCE_SECONDS:.0f} s")
        if not early and left < reminders * 2 / 3:
            early = memory_of(pids)
        time.sleep(LOOK_SECONDS)
    late = memory_of(pids)
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
            processes.eventually(lambda: len(children(worker.pid)) == wanted.concurrency, "the lane isn't there")
            yield children(worker.pid)


def children(pid: int) -> list[int]:
    """The ids of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_of(pids: list[int]) -> Memory:
    """Resident megabytes."""
    return {pid: int(RSS.findall(Path(f"/proc/{pid}/status").read_text())[0]) / 1024 for pid in pids}


def cpu_seconds(pids: list[int]) -> float:
    """Seconds of CPU that these have used together, see proc(5)."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS
