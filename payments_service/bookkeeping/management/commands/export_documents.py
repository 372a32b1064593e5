"""`python -m payments_service export_documents`: the documents of some days as CSV, for the bookkeeper's program."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments_service.bookkeeping import exporting
from servicekit import days, outputs


class Command(BaseCommand):
    """To a file, which is there when it is complete, or to the standard output."""

    help = "Write the documents that were issued on these days as CSV, one row per document and tax rate."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which days, where to, and whether people's names are wanted."""
        parser.add_argument("--from", dest="first", required=True, type=day, help="the first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="last", required=True, type=day, help="the last day, included")
        parser.add_argument("--output", type=Path, help="a file; to the standard output unless given")
        outputs.add_argument(parser)
        parser.add_argument("--with-names", action="store_true", help="also the patient's and the payer's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write line by line."""
        if options["last"] < options["first"]:
            raise CommandError("--to is before --from: expected the last day, the same or a later one")
        written = exporting.documents(options["first"], options["last"], names=options["with_names"])
        if options["output"]:
            how = {"overwrite": options["overwrite"], "private": options["with_names"]}
            rows = write_file(options["output"], written, **how)
            self.stderr.write(f"{options['output']}: {rows} rows")
            return
        for line in written:
            self.stdout.write(line, ending="")


def day(text: str) -> date:
    """A day of the clinic's calendar."""
    try:
        return days.written(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from error


def write_file(path: Path, lines: Iterator[str], *, overwrite: bool, private: bool) -> int:
    """Write them all; how many rows there are, without the head."""
    with outputs.opened(path, overwrite=overwrite, private=private) as file:
        return sum(1 for line in lines if file.write(line.encode())) - 1
