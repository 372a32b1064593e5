"""`erase_person`: forget one person, but for what the law keeps."""

from __future__ import annotations

from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from privacy import people, record
from privacy.service import Ambiguous, Busy, NotKnown


class Command(BaseCommand):
    """Shows what would become of everything; does it with --yes."""

    help = "Erase one person's data. See docs/how-to/export-and-erase.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and whether to do it."""
        people.add_arguments(parser)
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument("--dry-run", action="store_true", help="show what would be erased; so without --yes too")
        chosen.add_argument("--yes", action="store_true", help="erase it; nobody can bring it back")

    def handle(self, *_: Any, **options: Any) -> None:
        """Erase or show."""
        dry_run = not options["yes"]
        try:
            erased = record.erase(people.order_of(options), dry_run=dry_run)
        except (NotKnown, Ambiguous, Busy) as why:
            raise CommandError(f"{why}.") from None
        console = Console(file=cast(Any, self.stdout), width=120, highlight=False)
        console.print(people.table_of(erased, dry_run=dry_run))
        if dry_run:
            console.print(people.DO_NOTHING)
