"""What a part of the bench has found: figures with their promises, and how its cost grew; printed and handed on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

HANDED_TO = "BENCH_FIGURES"
"""The environment variable that names the file which `python -m bench` reads a part's findings from."""

WIDEST = 66


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a ratio within one run, or a value with its unit, and what is promised of it.

    `said` is what the figure was made of. A `steady` one counts or compares CPU, so it holds on a busy machine too;
    another one is a matter of time that passes, which a neighbour can take away.
    """

    what: str
    value: float
    least: float | None = None
    most: float | None = None
    unit: str = ""
    said: str = ""
    steady: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def promise(self) -> str:
        """In words, as the table has it."""
        if self.least is not None:
            return f"at least {shown(self.least, self.unit)}"
        return f"at most {shown(self.most, self.unit)}" if self.most is not None else "none"


Curve = Sequence[tuple[float, float]]
"""Points of how a cost (the second) grows with work (the first)."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that one part has to say."""

    figures: tuple[Figure, ...]
    curves: Mapping[str, Curve] = field(default_factory=dict)


def shown(value: float, unit: str) -> str:
    """A number with the digits that mean something, and its unit."""
    digits = 2 if value < 10 else 0
    return f"{value:,.{digits}f}{' ' if unit else ''}{unit}"


def report(figures: Iterable[Figure], curves: Mapping[str, Curve] | None = None) -> int:
    """Print a part's table and hand its findings on, if somebody wants them; the exit code, 1 for a missed promise."""
    findings = Findings(tuple(figures), curves or {})
    print(table(findings.figures))
    if wanted := os.environ.get(HANDED_TO):
        Path(wanted).write_text(json.dumps(asdict(findings)), encoding="utf-8")
    return 0 if all(figure.kept for figure in findings.figures) else 1


def wanted() -> dict[str, str]:
    """The environment of a process that measures for a part and reports in its place."""
    return {HANDED_TO: os.environ[HANDED_TO]} if HANDED_TO in os.environ else {}


def read(text: str) -> Findings:
    """What `report` has handed on."""
    found = json.loads(text)
    return Findings(tuple(Figure(**each) for each in found["figures"]), found["curves"])


def table(figures: Iterable[Figure]) -> str:
    """For a terminal: what, how much, what was promised, whether it is kept, and what it was made of."""
    lines = [f"{'what':<{WIDEST}}{'value':>12}  {'promise':<22}{'':<8}"]
    for each in figures:
        verdict = "kept" if each.kept else "MISSED"
        lines.append(
            f"{each.what:<{WIDEST}}{shown(each.value, each.unit):>12}  {each.promise:<22}{verdict:<8}{each.said}"
        )
    return "\n".join(lines)


def markdown(figures: Iterable[Figure]) -> str:
    """The same for a page."""
    rows = ["| what | measured | promise | made of |", "| --- | --- | --- | --- |"]
    for each in figures:
        verdict = each.promise if each.kept else f"**{each.promise}: missed**"
        rows.append(f"| {each.what} | {shown(each.value, each.unit)} | {verdict} | {each.said} |")
    return "\n".join(rows)
