"""Where and when something was measured, without the machine's name: what somebody needs to judge a figure by."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.stack import ROOT


@dataclass(frozen=True, slots=True)
class Occasion:
    """One run: its day, the commit and whether there was more than it, the machine, and how busy it was before."""

    day: str
    commit: str
    processor: str
    cores: int
    memory_gb: float
    python: str
    load: float

    def __str__(self) -> str:
        """For a person."""
        machine = f"{self.cores} cores of {self.processor}, {self.memory_gb:.0f} GB, Python {self.python}"
        return f"{self.day}, commit {self.commit}, {machine}; load before: {self.load:.1f}"


def now() -> Occasion:
    """The occasion of a run that begins."""
    return Occasion(
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        commit=commit(),
        processor=first(r"model name\s*: (.+)", Path("/proc/cpuinfo")) or platform.processor() or "an unknown kind",
        cores=os.cpu_count() or 0,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
    )


def commit() -> str:
    """The commit that is checked out, with a plus where files were changed since; empty outside of a repository."""
    if not (head := git("rev-parse", "--short=9", "HEAD")):
        return ""
    return head + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")


def git(*words: str) -> str:
    """What git says; nothing when there is no git or no repository."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def first(pattern: str, file: Path) -> str:
    """The first match in a file, if there is such a file."""
    found = re.search(pattern, file.read_text()) if file.exists() else None
    return found[1] if found else ""
