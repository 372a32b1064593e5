"""`python -m visits_service coverage`: the reminders of a day, and whom to call before the clinic closes."""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from visits_service.reminders import coverage
from visits_service.reminders.coverage import Coverage, Line

COLUMNS = ("starts_at", "name", "phone", "email", "practitioner", "place", "outcome", "reason", "external_id")
WIDTH = 160
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Command(BaseCommand):
    """A table for people, JSON with every visit for programs, CSV of whom to call for a spreadsheet."""

    help = "Show how many of a day's patients were reminded, and whom nothing has reached."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which day, and for whom."""
        parser.add_argument("--date", default="tomorrow", type=day, help="today, tomorrow or YYYY-MM-DD")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--json", action="store_true", help="every visit, as JSON")
        how.add_argument("--csv", action="store_true", help="whom to call, as CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask once, print."""
        found = coverage.of_day(options["date"], now=timezone.now())
        if options["json"]:
            self.stdout.write(as_json(found))
        elif options["csv"]:
            write_csv(found, self.stdout)
        else:
            print_tables(found, console_on(self.stdout))


def day(text: str) -> date:
    """The day that is meant, by the clinic's calendar."""
    try:
        return coverage.day_named(text, now=timezone.now())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected today, tomorrow or YYYY-MM-DD, got {text!r}") from error


def as_json(found: Coverage) -> str:
    """Counts, every visit, and the ids of those to call."""
    body = {"date": found.day, **found.counts(), "lines": [asdict(line) for line in found.lines]}
    body["call"] = [line.external_id for line in found.to_call]
    return json.dumps(body, default=str, indent=2, ensure_ascii=False)


def write_csv(found: Coverage, file: Any) -> None:
    """Whom to call, with a head; a value that a spreadsheet would take for a formula is quoted with an apostrophe."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in found.to_call:
        writer.writerow([cell(getattr(line, column)) for column in COLUMNS])


def cell(value: object) -> str:
    """The text of a cell; a phone number stays as it is."""
    text = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
    harmless = text[:1] == "+" and text[1:].isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not harmless else text


def console_on(stdout: OutputWrapper) -> Console:
    """Wide enough for a line per patient also where nobody looks; a name is never taken for markup."""
    return Console(file=cast(IO[str], stdout), width=None if stdout.isatty() else WIDTH, markup=False, emoji=False)


def print_tables(found: Coverage, console: Console) -> None:
    """The counts, and whom to call."""
    counts = Table(title=f"Visits of {found.day:%A, %Y-%m-%d}", show_header=False)
    for name, count in found.counts().items():
        counts.add_row(name.replace("_", " "), str(count))
    console.print(counts)
    if found.to_call:
        console.print(calls(found.to_call))


def calls(lines: tuple[Line, ...]) -> Table:
    """Whom to call, the earliest visit first."""
    table = Table("visit", "name", "phone", "email", "practitioner", "why", title="To call")
    for line in lines:
        table.add_row(f"{line.starts_at:%H:%M}", line.name, line.phone, line.email, line.practitioner, line.why)
    return table
