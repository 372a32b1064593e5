"""What processes use, as the kernel counts it, see proc(5): CPU and memory, of one and all that it has started."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
RSS = re.compile(r"VmRSS:\s+(\d+) kB")
GONE = (FileNotFoundError, ProcessLookupError)


def children(pid: int) -> list[int]:
    """The ids of a process's children."""
    with suppress(*GONE):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of CPU that these have used together, and what they started and saw the end of."""
    return sum(cpu_of(pid) for pid in pids)


def cpu_of(pid: int) -> float:
    """The same of one; nothing for one that is gone."""
    with suppress(*GONE):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in stat[11:15]) / TICKS
    return 0.0


def memory_of(pids: Iterable[int]) -> dict[int, float]:
    """Resident megabytes of each that still runs."""
    found = {}
    for pid in pids:
        with suppress(*GONE):
            if resident := RSS.findall(Path(f"/proc/{pid}/status").read_text()):
                found[pid] = int(resident[0]) / 1024
    return found
