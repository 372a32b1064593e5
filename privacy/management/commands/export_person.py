"""`export_person`: all that is kept of one person, as a file to hand to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from privacy import archive, people, record
from privacy.service import Ambiguous, NotKnown


class Command(BaseCommand):
    """The file can be read by its owner only; that it was made is on record."""

    help = "Export one person's data as a ZIP with a page to read, JSON and PDFs. See docs/how-to/export-and-erase.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and where to."""
        people.add_arguments(parser)
        parser.add_argument("path", type=Path, help="the file to write, such as export.zip; it must not be there yet")

    def handle(self, *_: Any, **options: Any) -> None:
        """Find, pack, write."""
        order, path = people.order_of(options), options["path"]
        try:
            content = record.export(order)
            archive.write(content, path)
        except (NotKnown, Ambiguous) as why:
            raise CommandError(f"{why}.") from None
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from None
        for name in archive.missing(content):
            self.stderr.write(
                f"{name} can't be read now; a note stands in its place. Run doctor and verify to see why."
            )
        self.stdout.write(f"{path} is written; only you can read it. Send it in a way that nobody else can open.")
