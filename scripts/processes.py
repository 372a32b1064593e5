"""Starts a stack's processes in the background, waits until they can work, and ends exactly these; for the demo."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import requests

from scripts import stack

PATIENCE_SECONDS = 60.0
T = TypeVar("T")
Running = dict[str, subprocess.Popen[bytes]]


class Trouble(Exception):
    """It can't go on; the message says where and why."""


@contextmanager
def started(laptop: stack.Stack) -> Iterator[Running]:
    """Every process of the stack for the length of the block."""
    running = {name: start(name, command, laptop) for name, command in laptop.commands.items()}
    try:
        yield running
    finally:
        for process in reversed(running.values()):
            process.send_signal(signal.SIGTERM)
        for process in running.values():
            finish(process)


def migrate(laptop: stack.Stack) -> None:
    """Make the tables, or raise Trouble with what was said."""
    command = [sys.executable, "-m", "payments_service", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=laptop.env, cwd=stack.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"the database could not be made:\n{done.stderr}")


def start(name: str, command: str, laptop: stack.Stack) -> subprocess.Popen[bytes]:
    """One process, its output in a file of its name."""
    with (laptop.directory / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # the commands are Procfile's and ours
            f"exec {command}", shell=True, env=laptop.env, cwd=stack.ROOT, stdout=log, stderr=log  # noqa: S602
        )


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end, and insist after a while."""
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(laptop: stack.Stack, running: Running) -> None:
    """Return once the web process can do its work and the worker takes tasks."""
    eventually(lambda: ready(laptop, running), "the processes didn't get ready")


def ready(laptop: stack.Stack, running: Running) -> bool:
    """Whether the stack can work; raises Trouble when one of its processes has ended."""
    if ended := [name for name, process in running.items() if process.poll() is not None]:
        raise Trouble(f"{', '.join(ended)} ended at once")
    if "ready." not in (laptop.directory / "payments-worker.log").read_text():
        return False
    try:
        return requests.get(f"{laptop.web_url}/readyz", timeout=2).ok
    except requests.ConnectionError:
        return False


def eventually(ask: Callable[[], T], trouble: str) -> T:
    """The first truthy answer; raises Trouble when there was none in time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise Trouble(f"{trouble} within {PATIENCE_SECONDS:.0f} s")
