"""The machine at a glance: when Beat was heard, and how long the oldest row of each stage has waited."""

from __future__ import annotations

from collections.abc import Mapping

from servicekit import heartbeat, metrics
from servicekit.claims import Claimable
from servicekit.overview.board import Figure, Group

QUIET, SILENT = 60.0, 180.0
"""After so many seconds without a beat somebody may wonder, and somebody should look."""
SLOW, STUCK = 120.0, 900.0
"""The same for a row that waits: sweepers find what was lost within a minute and a half."""


def of(stages: Mapping[str, type[Claimable]]) -> Group:
    """Beat's pulse, and each stage by the name that people know it by. One statement for each."""
    return Group("The machine", (pulse(), *(waiting(name, model) for name, model in stages.items())))


def pulse() -> Figure:
    """When a worker last heard Beat."""
    age = heartbeat.age()
    if age is None:
        return Figure("Clock (Beat)", "not heard", "Never, or Redis is away.", tone="wrong")
    return Figure("Clock (Beat)", f"{said(age)} ago", "Heard by a worker.", tone=tone(age, QUIET, SILENT))


def waiting(name: str, model: type[Claimable]) -> Figure:
    """How many rows want work now, and the age of the oldest."""
    found = metrics.counted(model)
    age = metrics.waited(found["oldest"])
    later = f"{found['unfinished']} for later." if found["unfinished"] else ""
    note = f"The oldest for {said(age)}." if found["due"] else later
    return Figure(name, f"{found['due']} waiting", note, tone=tone(age, SLOW, STUCK))


def tone(age: float, slow: float, stuck: float) -> str:
    """How an age looks."""
    return "good" if age < slow else "open" if age < stuck else "wrong"


def said(seconds: float) -> str:
    """An age in the largest unit that fits."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"
