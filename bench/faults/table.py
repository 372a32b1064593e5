"""The table at the end, for a person; `run` has the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.faults.verdict import Line


def show(lines: Sequence[Line], *, faults: Counter[str]) -> None:
    """What happened, and what was promised and found."""
    console = Console()
    struck = Table("fault", "times", title="What happened")
    for name, count in sorted((+faults).items()):
        struck.add_row(name, str(count))
    kept = Table("promise", "expected", "found", "ok", title="What came of it")
    for line in lines:
        kept.add_row(line.promise, line.expected, line.found, "yes" if line.ok else "[red]NO[/red]")
    console.print(struck, kept)
