"""Starts a stack's processes in the background, waits until they can work, and ends exactly these; for the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import requests

from scripts import stack

PATIENCE_SECONDS = 60.0
START_SECONDS = 180.0
"""Six processes that start at once on one slow core."""

T = TypeVar("T")
Running = dict[str, subprocess.Popen[bytes]]


class Trouble(Exception):
    """It can't go on; the message says where and why."""


@contextmanager
def started(laptop: stack.Stack) -> Iterator[Running]:
    """Every process of the stack for the length of the block, each with its output in a file of its name."""
    with ExitStack() as all_of_them:
        yield {
            name: all_of_them.enter_context(
                background(command, env=laptop.env_of(name), log=laptop.directory / f"{name}.log")
            )
            for name, command in laptop.commands.items()
        }


@contextmanager
def background(command: str, *, env: Mapping[str, str], log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """One process for the length of the block, ended politely first; its output goes to the log, if there is one."""
    with (log or Path(os.devnull)).open("wb") as output:
        process = subprocess.Popen(  # the commands are Procfile's and ours
            f"exec {command}",
            shell=True,
            env=env,
            cwd=stack.ROOT,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        finish(process)


def run_command(*command: str, env: Mapping[str, str]) -> None:
    """Run `python -m COMMAND...` to its end; raises Trouble with what it said when it fails."""
    words = [sys.executable, "-m", *command]
    done = subprocess.run(
        words, env=env, cwd=stack.ROOT, capture_output=True, text=True, check=False, start_new_session=True
    )
    if done.returncode:
        raise Trouble(f"{' '.join(command)} failed:\n{done.stderr}")


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for its end, and insist after a while."""
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_ready(laptop: stack.Stack, running: Running) -> None:
    """Return once the web processes can do their work and every worker takes tasks."""
    eventually(
        lambda: ready(laptop, running), lambda: f"{late(laptop, running)} didn't get ready", within=START_SECONDS
    )


def ready(laptop: stack.Stack, running: Running) -> bool:
    """Whether the stack can work; raises Trouble when one of its processes has ended."""
    if ended := [name for name, process in running.items() if process.poll() is not None]:
        raise Trouble(f"{', '.join(ended)} ended at once")
    return not late(laptop, running)


def late(laptop: stack.Stack, running: Running) -> str:
    """The names of those that can't do their work yet; empty when all can."""
    workers = [name for name in running if name.endswith("-worker") and not works(laptop, name)]
    webs = [f"{service}-web" for service in laptop.ports if not answers(f"{laptop.web_url(service)}/readyz")]
    return ", ".join(workers + webs)


def answers(url: str) -> bool:
    """Whether a web process says that it can do its work."""
    try:
        return requests.get(url, timeout=2).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


def works(laptop: stack.Stack, worker: str) -> bool:
    """Whether a worker takes tasks, on each of its lanes."""
    lanes = max(1, laptop.commands[worker].count("--lane"))
    return (laptop.directory / f"{worker}.log").read_text().count("ready.") >= lanes


def eventually(ask: Callable[[], T], trouble: str | Callable[[], str], *, within: float = PATIENCE_SECONDS) -> T:
    """The first truthy answer; raises Trouble when there was none in time (seconds)."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise Trouble(f"{trouble() if callable(trouble) else trouble} within {within:.0f} s")
