"""`purge`: what is kept too long, and forgetting it now instead of tonight."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from privacy import periods, purging, service

WIDTH = 120


class Command(BaseCommand):
    """Safe beside running workers, and twice; killed, it goes on where it stopped."""

    help = "Forget personal data that has outlived its period (KEEP_... in the settings), as Beat does each day."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to do it."""
        parser.add_argument("--dry-run", action="store_true", help="show what would be forgotten, and do nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        """Show what is overdue, and forget it."""
        now = timezone.now()
        console = Console(file=cast(Any, self.stdout), width=WIDTH, highlight=False)
        found = list(service.overdue_counts(now=now))
        console.print(table_of(found, now=now))
        if options["dry_run"]:
            return
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("forgetting", total=sum(count for _, count in found))
            try:
                run = purging.purge_now(
                    now=now, by=getpass.getuser(), progress=lambda _, count: progress.advance(task, count)
                )
            except purging.Elsewhere:
                raise CommandError("a worker is purging right now; what is left waits for it.") from None
        console.print(f"{run.total:,} rows forgotten.")


def table_of(found: list[tuple[service.Kind, int]], *, now: datetime) -> Table:
    """Each kind, how long it is kept, how many rows have outlived that, and what is left of one."""
    table = Table("kind", "kept", "overdue", "the oldest is of", "what stays", box=None, pad_edge=False)
    for kind, count in found:
        oldest = kind.oldest(now=now)
        table.add_row(
            kind.name, periods.said(kind.keep), f"{count:,}", f"{oldest:%Y-%m-%d}" if oldest else "", kind.becomes
        )
    return table
