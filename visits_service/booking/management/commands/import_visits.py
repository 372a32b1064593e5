"""`python -m visits_service import_visits FILE.csv`: the clinic's visits from a file."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from visits_service.booking import importing, nudging
from visits_service.booking.importing import Row
from visits_service.booking.intake import Status, Taken


class Command(BaseCommand):
    """Good rows go in, bad ones are named by line and column on stderr; the exit code is 1 when there were any."""

    help = "Save the visits of a CSV file and plan their reminders. See docs/how-to/import-visits.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether anything is kept."""
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8, its first line the names of the columns")
        parser.add_argument("--dry-run", action="store_true", help="check every row and keep nothing")

    def handle(self, *_: Any, file: Path, dry_run: bool, **__: Any) -> None:
        """Take every row, then say what became of them."""
        console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        try:
            became = self.take_all(file, keep=not dry_run, console=console)
        except importing.Unreadable as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(f"{'Dry run, nothing was kept. ' if dry_run else ''}{summary(became)}")
        if became[Status.REFUSED] or became[Status.SAVED_WITH_ERRORS]:
            sys.exit(1)

    def take_all(self, file: Path, *, keep: bool, console: Console) -> Counter[str]:
        """How many rows met each fate; the bar is there only for somebody who looks at it."""
        became: Counter[str] = Counter()
        total = importing.count(file)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
            for row in progress.track(importing.rows(file), total=total, description="visits"):
                taken = importing.take(row, at=timezone.now(), keep=keep)
                if taken.saved and keep:
                    nudging.tell(taken.saved)
                became.update(fate(taken))
                for sentence in complaints(row, taken):
                    console.print(sentence)
        return became


def fate(taken: Taken) -> list[str]:
    """What a row counts as."""
    if taken.saved is None:
        return [taken.status]
    return [taken.status, "new" if taken.saved.created else "changed" if taken.saved.changed else "same"]


def complaints(row: Row, taken: Taken) -> list[str]:
    """A line for each mistake, without what stood there."""
    return [
        f"line {row.line}{', ' * bool(field)}{importing.column_of(field)}: {expected}"
        for field, expected in taken.problems
    ]


def summary(became: Counter[str]) -> str:
    """One line about all rows."""
    rows = sum(became[status] for status in Status)
    return (
        f"Rows: {rows:,}. New visits: {became['new']:,}, changed: {became['changed']:,}, "
        f"as they were: {became['same']:,}, refused: {became[Status.REFUSED]:,}. "
        f"Saved without a wrong address: {became[Status.SAVED_WITH_ERRORS]:,}."
    )
