"""The table at the end: for a person, and as a file that is kept; `run` has the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import machine
from bench.faults.promises import Line

HEAD = """# Under faults

What came of {about}, while these died; `bench/chaos.py` wrote this, and docs/faults.md says what it does.
Measured on {occasion}.
"""
FAULTS, PROMISES = ("fault", "times"), ("promise", "expected", "found", "kept")


def show(lines: Sequence[Line], *, faults: Counter[str]) -> None:
    """What happened, and what was promised and found."""
    console = Console()
    for title, head, rows in (
        ("What happened", FAULTS, rows_of(faults)),
        ("What came of it", PROMISES, list(map(cells, lines))),
    ):
        shown = Table(*head, title=title)
        for row in rows:
            shown.add_row(*row)
        console.print(shown)
    broken = sum(not line.ok for line in lines)
    console.print(f"{len(lines)} promises, {broken or 'none'} broken")


def keep(file: Path, lines: Sequence[Line], *, faults: Counter[str], about: str, occasion: machine.Occasion) -> None:
    """The same as Markdown, with the occasion."""
    file.parent.mkdir(parents=True, exist_ok=True)
    told = [HEAD.format(about=about, occasion=occasion), markdown(PROMISES, map(cells, lines))]
    file.write_text("\n".join([*told, markdown(FAULTS, rows_of(faults))]), encoding="utf-8")


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def rows_of(faults: Counter[str]) -> list[tuple[str, str]]:
    """Each fault that came, and how often."""
    return [(name, str(count)) for name, count in sorted((+faults).items())]


def cells(line: Line) -> tuple[str, str, str, str]:
    """A promise as a row."""
    return line.promise, line.expected, line.found, "yes" if line.ok else "NO"
