"""Runs processes that need each other in the foreground, for `make run`: named output, and one end for all of them.

Honcho did this first. It lost a Ctrl-C that came while it started (a process without a reported id raises in its signal
handler, and then nobody ends the others), left everything running when the terminal closed, and ended Redis together
with the workers that still needed it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Self

from scripts.stopping import ASKS

PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.1
Running = dict[str, subprocess.Popen[bytes]]
COLOURS = (36, 33, 32, 35, 34, 31)


class Foreground:
    """Processes for the length of the block; at its end those started last end first, and nothing of them is left.

    Signals that ask to stop are only noted, so that no moment is too early or too late for Ctrl-C. Each process has
    a session of its own: what a terminal sends to everybody would cut a worker off from the Redis that it still needs.
    """

    def __init__(self, env_of: Callable[[str], Mapping[str, str]], *, cwd: Path, width: int) -> None:
        """`env_of` gives a process's environment by its name; `width` is the room for names, in characters."""
        self.env_of, self.cwd, self.width = env_of, cwd, width
        self.asked: list[int] = []
        self._waves: list[Running] = []
        self._copying: list[Thread] = []
        self._before: dict[int, Any] = {}
        self._one_line = Lock()

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, lambda number, _: self.asked.append(number)) for each in ASKS}
        return self

    def __exit__(self, *_: object) -> None:
        for wave in reversed(self._waves):
            _end(wave.values())
        for thread in self._copying:
            thread.join(1)
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def start(self, commands: Mapping[str, str]) -> None:
        """Start shell commands by name, as one wave, which also ends as one; their output is printed by line."""
        self._waves.append({})
        for name, command in commands.items():
            self._waves[-1][name] = process = self._started(command, env=self.env_of(name))
            colour = COLOURS[len(self._copying) % len(COLOURS)]
            self._copying.append(Thread(target=self._copy, args=(name, process, colour), daemon=True))
            self._copying[-1].start()

    def first_to_end(self) -> tuple[str, int] | None:
        """Name and exit code (minus the signal's number) of the next process that ends; None once asked to stop."""
        while not self.asked:
            for wave in self._waves:
                for name, process in wave.items():
                    if process.poll() is not None:
                        _end([wave.pop(name)])
                        return name, process.returncode
            time.sleep(LOOK_SECONDS)
        return None

    def _started(self, command: str, *, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            f"exec {command}",
            shell=True,
            env=env,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _copy(self, name: str, process: subprocess.Popen[bytes], colour: int) -> None:
        self._say(name, f"started (process {process.pid})", colour)
        for line in process.stdout or ():
            self._say(name, line.decode(errors="replace").rstrip(), colour)

    def _say(self, name: str, line: str, colour: int) -> None:
        column = f"{datetime.now().astimezone():%H:%M:%S} {name:{self.width}} |"
        with self._one_line:
            try:
                print(f"\033[{colour}m{column}\033[0m" if sys.stdout.isatty() else column, line, flush=True)
            except OSError:  # nobody reads any more, as after a closed terminal; the processes must not wait for it
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(wave: Collection[subprocess.Popen[bytes]]) -> None:
    """Ask all of them to end, insist after a while, and take along what they have left in their groups."""
    for process in wave:
        process.terminate()
    insist_at = time.monotonic() + PATIENCE_SECONDS
    for process in wave:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, insist_at - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
