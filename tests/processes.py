"""The service's own processes for tests: gunicorn, workers and Beat, on the database that the test sees."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import requests
from django.db import connections

from tests import shape

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 40.0
ALONE = ("--without-gossip", "--without-mingle")  # as in Procfile
T = TypeVar("T")


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, with the database that the running test sees."""
    settings = connections["default"].settings_dict
    host, port = settings["OPTIONS"].get("host") or settings["HOST"], settings["PORT"]
    login = f"{settings['USER']}:{settings['PASSWORD']}"
    url = f"postgresql://{login}@{host if host[:1] != '/' else ''}{f':{port}' if port else ''}/{settings['NAME']}"
    url += f"?host={host}" if host[:1] == "/" else ""
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), **changes}


class Process:
    """One process in a group of its own, so that a kill reaches its children too."""

    def __init__(self, *command: str, env: Mapping[str, str], log: Path) -> None:
        self.command, self.env, self.log = command, env, log
        with log.open("ab") as output:
            self.running = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=env,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to it and its children, as an out-of-memory killer or a lost machine would."""
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def output(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")


def eventually(ask: Callable[[], T], *, within: float = PATIENCE_SECONDS, why: str | Callable[[], str] = "") -> T:
    """The first truthy answer; fails with `why` when there was none in time (seconds)."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError((why() if callable(why) else why) or f"nothing came of {ask} within {within:.0f} s")


QUEUES = {"payments": "events,documents,receipts,messages,books,sweeps", "visits": "reminders,email,sms,sweeps,purges"}


@contextmanager
def worker(
    log: Path, *, service: str = "payments", queues: str = "", pool: str = "prefork", **env: str
) -> Iterator[Process]:
    """A Celery worker for these queues of the service, or for all of them, ready to take messages."""
    names = ",".join(f"{service}.{queue}" for queue in (queues or QUEUES[service]).split(","))
    command = ("celery", "-A", f"{service}_service.config.celery_app", "worker", "-Q", names, "-P", pool, "-c", "2")
    started = Process(*command, *ALONE, "-l", "INFO", env=environment(**env), log=log)
    try:
        eventually(lambda: "ready." in started.output(), why=lambda: f"the worker isn't ready:\n{started.output()}")
        yield started
    finally:
        started.kill()


@contextmanager
def lanes(log: Path, *, service: str = "payments", **env: str) -> Iterator[Process]:
    """The worker as Procfile has it, or those of its lanes that `WORKER_LANES` names, ready to take messages."""
    line = re.sub(r"\$\{[A-Z_]+:-([0-9]+)\}", r"\1", shape.command_of(f"{service}-worker"))
    count = len(env["WORKER_LANES"].split(",")) if "WORKER_LANES" in env else line.count("--lane")
    started = Process(*shlex.split(line)[2:], env=environment(**env), log=log)
    try:
        eventually(lambda: started.output().count("ready.") == count, why=lambda: f"not ready:\n{started.output()}")
        yield started
    finally:
        started.running.terminate()  # a kill wouldn't reach its lanes, which have groups of their own
        started.running.wait()


@contextmanager
def beat(log: Path, *, service: str = "payments", **env: str) -> Iterator[Process]:
    """A Beat with a schedule file of its own."""
    command = ("celery", "-A", f"{service}_service.config.celery_app", "beat", "-s", f"{log}.schedule")
    started = Process(*command, env=environment(**env), log=log)
    try:
        yield started
    finally:
        started.kill()


@contextmanager
def web(log: Path, *, port: int, service: str = "payments", **env: str) -> Iterator[Process]:
    """The web process on a port of loopback, answering."""
    command = ("gunicorn", "-c", "python:servicekit.gunicorn", "-b", f"127.0.0.1:{port}")
    started = Process(*command, f"{service}_service.config.wsgi", env=environment(**env), log=log)
    try:
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), why=lambda: f"no answer:\n{started.output()}")
        yield started
    finally:
        started.kill()


def answers(url: str) -> bool:
    """Whether a GET gets a 200."""
    try:
        return requests.get(url, timeout=2).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False
