"""`export_person`: all that is kept of one person, as a file to hand to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy import archive, people, record
from privacy.service import Ambiguous, NotKnown
from servicekit import outputs


class Command(BaseCommand):
    """The file can be read by its owner only; that it was made is on record."""

    help = "Export one person's data as a ZIP with a page to read, JSON and PDFs. See docs/how-to/export-and-erase.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and where to."""
        people.add_arguments(parser)
        parser.add_argument("path", type=Path, help="the file to write, such as export.zip")
        outputs.add_argument(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        """Find, pack, write; nothing is looked for, or on record, where no file can be written."""
        order, path = people.order_of(options), options["path"]
        with outputs.opened(path, overwrite=options["overwrite"], private=True) as file:
            try:
                content = record.export(order)
            except (NotKnown, Ambiguous) as why:
                raise CommandError(f"{why}.") from None
            file.write(content)
        for name in archive.missing(content):
            self.stderr.write(
                f"{name} can't be read now; a note stands in its place. Run doctor and verify to see why."
            )
        self.stdout.write(f"{path} is written; only you can read it. Send it in a way that nobody else can open.")
