"""`python -m payments_service export_documents`: the documents of some days as CSV, for the bookkeeper's program."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments_service.bookkeeping import exporting
from servicekit import days


class Command(BaseCommand):
    """To a file, which is there when it is complete, or to the standard output."""

    help = "Write the documents that were issued on these days as CSV, one row per document and tax rate."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which days, where to, and whether people's names are wanted."""
        parser.add_argument("--from", dest="first", required=True, type=day, help="the first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="last", required=True, type=day, help="the last day, included")
        parser.add_argument("--output", type=Path, help="a file; to the standard output unless given")
        parser.add_argument("--with-names", action="store_true", help="also the patient's and the payer's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write line by line."""
        if options["last"] < options["first"]:
            raise CommandError("--to is before --from: expected the last day, the same or a later one")
        written = exporting.documents(options["first"], options["last"], names=options["with_names"])
        if options["output"]:
            rows = write_file(options["output"], written, private=options["with_names"])
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


def write_file(path: Path, lines: Iterator[str], *, private: bool) -> int:
    """Write beside the file and put it in its place at the end; how many rows it has, without the head.

    A private one is for its owner alone, from its first byte.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with open(opened, "w", encoding="utf-8", newline="") as file:
            rows = sum(1 for line in lines if file.write(line)) - 1
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CommandError(f"{path} can't be written: {os.strerror(error.errno or 0)}") from error
    return rows
