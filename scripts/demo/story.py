"""What the demo tells: steps with their results and how long each took, and the files to look at."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")
console = Console()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of a journey: the files to look at, and what is wrong with it, if anything."""

    files: Sequence[Path]
    wrong: str = ""


@dataclass(slots=True)
class Story:
    """What happened, a row each: step, result, seconds."""

    title: str
    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def tell(self, step: str, work: Callable[[], T], *, result: Callable[[T], str]) -> T:
        """Do the work, show that it goes on, and keep how long it took."""
        started = time.monotonic()
        with console.status(step):
            value = work()
        self.rows.append((step, result(value), time.monotonic() - started))
        return value

    def show(self, outcome: Outcome) -> None:
        """The table, and where to look."""
        table = Table("step", "result", "seconds", title=self.title)
        for step, result, seconds in self.rows:
            table.add_row(step, result, f"{seconds:.1f}")
        console.print(table)
        for path in outcome.files:
            console.print(str(path), soft_wrap=True)
        if outcome.wrong:
            console.print(f"[red]{outcome.wrong}[/red]")


def letters_to(address: str, mail: Path) -> list[Path]:
    """The emails to an address, in the order in which they came."""
    return [path for path in sorted(mail.glob("*.eml")) if address in recipient_of(path)]


def recipient_of(letter: Path) -> str:
    """The To of an email, unfolded and decoded."""
    return str(message_from_bytes(letter.read_bytes(), policy=policy.default)["To"])
