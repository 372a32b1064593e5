"""The project as somebody has it who has just cloned it, and a terminal there; nobody's own var/ or .env is near."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 30


def clone(to: Path) -> Path:
    """Copy what git knows or would know, and lend the virtual environment."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    (to / ".venv").symlink_to(ROOT / ".venv")
    return to


class Terminal:
    """A shell that was told something to run, in a process group of its own, as the foreground of a terminal is."""

    def __init__(self, typed: str, *, cwd: Path, env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output, _ctrl_c_heard():
            self.process = subprocess.Popen(
                ["sh", "-c", typed], cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def shown(self) -> str:
        """What can be read on it so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def send(self, number: signal.Signals) -> int:
        """A signal to the whole foreground, as Ctrl-C or a closed window sends it; returns the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def _ctrl_c_heard() -> Iterator[None]:
    """Whatever starts in this block hears SIGINT, also when these tests are a shell's background job and don't."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def terminal(typed: str, *, cwd: Path, env: Mapping[str, str], log: Path) -> Iterator[Terminal]:
    """A terminal for the length of the block; what is still running at its end gets a SIGTERM."""
    opened = Terminal(typed, cwd=cwd, env=env, log=log)
    try:
        yield opened
    finally:
        if opened.process.poll() is None:
            opened.send(signal.SIGTERM)


def environment(home: Path, **changes: str) -> dict[str, str]:
    """What a fresh login has, and nothing of these tests' own settings."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **changes}


def running_in(directory: Path) -> list[str]:
    """The command lines of the processes that work in a directory or below it."""
    found = [each.parent for each in Path("/proc").glob("[0-9]*/cwd") if _works_in(each, directory)]
    return sorted((each / "cmdline").read_bytes().replace(b"\0", b" ").decode() for each in found if each.exists())


def _works_in(cwd: Path, directory: Path) -> bool:
    try:
        return cwd.readlink().is_relative_to(directory)
    except OSError:  # it has just ended, or is somebody else's
        return False
