"""The product's own processes, as Procfile has them, started again whenever they die. `rota` kills them."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.faults.production import Services
from scripts import processes, stack

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
LOOK_SECONDS = 0.25
PATIENCE_SECONDS = 15.0
NO_LIMIT = resource.RLIM_INFINITY
LEAST_SECONDS = 4.0
FULL_AT_BYTES = 8192
"""Where a disk that is full cuts off a file: less than any PDF has."""


class Supervised:
    """Processes by name; a thread starts each again that has ended, as systemd or Docker would."""

    def __init__(self, services: Services, *, logs: Path) -> None:
        self.services, self.logs = services, logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.said: Counter[str] = (
            Counter()
        )  # how often each has said since its start that it, or a lane of it, is ready
        self.started_at: dict[str, float] = {}
        self.well_at: dict[str, float] = {}
        self.full: set[str] = set()  # whose disk is full
        self.sessions: set[int] = set()  # one per start
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.look_after, name="supervisor")

    def look_after(self) -> None:
        """The thread: start what has ended, until the end."""
        while not self.ending.wait(LOOK_SECONDS):
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self.start(name)
                elif name not in self.well_at and self.is_well(name):
                    self.well_at[name] = time.monotonic()

    def start(self, name: str) -> None:
        """Start one; its output goes through a pipe, since a full disk is for PDFs and not for logs."""
        self.forget(name)
        process = subprocess.Popen(  # noqa: S602 - Procfile's own lines
            f"exec {self.services.commands[name]}",
            shell=True,
            env=self.services.env[name],
            cwd=stack.ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running[name] = process
        self.sessions.add(process.pid)
        if name in self.full:
            limit_files([process.pid], most=FULL_AT_BYTES)
        threading.Thread(target=self.copy, args=(name, process), daemon=True).start()

    def copy(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """What a process says, to its log, with an eye on whether it says that it can work."""
        with (self.logs / f"{name}.log").open("ab") as log:
            for line in process.stdout or ():
                log.write(line)
                log.flush()
                self.said[name] += b"ready." in line

    def is_well(self, name: str) -> bool:
        """Whether it can do its work since its last start, on all its lanes."""
        service, kind = name.split("-")[:2]
        if kind == "beat":
            return self.pulse_of(name).exists()
        if kind == "web":
            return processes.answers(f"{self.services.urls[service]}/healthz")
        return self.said[name] >= max(1, self.services.commands[name].count("--lane"))

    def pulse_of(self, name: str) -> Path:
        """The file that a Beat touches."""
        return Path(self.services.env[name]["ALIVE_DIR"], "beat")

    def forget(self, name: str) -> None:
        """It is about to start, and hasn't said anything yet."""
        self.pulse_of(name).unlink(missing_ok=True)
        self.said[name] = 0
        self.started_at[name] = time.monotonic()
        self.well_at.pop(name, None)

    def has_worked(self, name: str) -> bool:
        """Whether it has been well for as long as it took to start: who is killed sooner never does anything."""
        began, well = self.started_at[name], self.well_at.get(name)
        return well is not None and time.monotonic() - well >= max(LEAST_SECONDS, well - began)

    def tree(self, name: str) -> list[psutil.Process]:
        """The process, its lanes, and their children: in this order."""
        with suppress(psutil.NoSuchProcess):
            top = psutil.Process(self.running[name].pid)
            return [top, *top.children(recursive=True)]
        return []

    def kill_all_of(self, name: str) -> None:
        """SIGKILL to the whole tree, as when its machine is lost."""
        kill(self.tree(name))

    def kill_one_of(self, name: str, chance: random.Random) -> None:
        """SIGKILL to a lane, or to a child of a pool, as an out-of-memory killer does."""
        kill(chance.sample(below, 1) if (below := self.tree(name)[1:]) else [])

    def fill_disk_of(self, names: set[str]) -> None:
        """No file of these grows beyond a few kilobytes from now on: what is written fails half-way."""
        self.full = names
        for name in names:
            limit_files([process.pid for process in self.tree(name)], most=FULL_AT_BYTES)

    def free_disks(self) -> None:
        """There is room again, also for who was forked meanwhile."""
        names, self.full = self.full, set()
        for _ in range(2):
            for name in names:
                limit_files([process.pid for process in self.tree(name)], most=NO_LIMIT)
            time.sleep(LOOK_SECONDS)


@contextmanager
def supervised(services: Services, *, logs: Path) -> Iterator[Supervised]:
    """All of them for the length of the block; afterwards nothing is left of them, orphans included."""
    adopt_orphans()
    together = Supervised(services, logs=logs)
    try:
        for name in services.commands:
            together.start(name)
        together.thread.start()
        yield together
    finally:
        together.ending.set()
        if together.thread.is_alive():
            together.thread.join()
        kill([process for name in together.running for process in together.tree(name)])
        for process in together.running.values():
            process.wait(PATIENCE_SECONDS)
        kill(orphans_of(together.sessions))


def adopt_orphans() -> None:
    """Whoever loses its parent becomes a child of this process and not of the system's: then it can be ended."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1)


def orphans_of(sessions: set[int]) -> list[psutil.Process]:
    """Those that outlived a parent in one of these sessions; a lane has a group of its own, and its session is ours."""
    return [child for child in psutil.Process().children() if session_of(child.pid) in sessions]


def session_of(pid: int) -> int:
    """The session of a process; none of ours for one that has just ended."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def kill(processes: list[psutil.Process]) -> None:
    """SIGKILL, for those that still live."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)


def limit_files(pids: list[int], *, most: int) -> None:
    """The size (bytes) that files of these processes may grow to, and those of children that they fork later."""
    for pid in pids:
        with suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
