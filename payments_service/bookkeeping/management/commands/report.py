"""`python -m payments_service report`: what is proven of a day, and what a person must do about it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from datetime import date
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser, OutputWrapper
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from payments_service.bookkeeping import days, proving, tables, texts, words
from payments_service.bookkeeping.proof import Outcome, Proof
from payments_service.bookkeeping.sentences import Statement
from payments_service.bookkeeping.texts import Report, Task

WIDTH = 120
EXIT_CODES = {Outcome.PROVEN: 0, Outcome.DIFFERS: 1, Outcome.UNCHECKED: 3}
MARKS = {True: ("✓", "green"), None: ("?", "yellow"), False: ("✗", "red")}


class Command(BaseCommand):
    """A page for people, JSON for programs; the exit code says which of three days it was."""

    help = (
        "Prove a day: numbers contiguous, each payment with its document, sums as Stripe's; and what a person must do. "
        "Asks Stripe when STRIPE_API_KEY is set, changes nothing. "
        "Exit code 0: everything is proven. 1: something differs, or the books wait for a person. "
        "3: nothing differs, but Stripe's side is not known (no key, or no answer)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which day, and for whom."""
        parser.add_argument("--date", default="yesterday", type=day, help="today, yesterday or YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="as JSON, amounts in the currency's minor unit")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask once, print, leave with what came of it."""
        now = timezone.now()
        comparison = proving.ask_stripe_once(options["date"], now=now)
        evidence = proving.evidence(options["date"], comparison=comparison)
        proof = proving.of_day(options["date"], now=now, evidence=evidence)
        if options["json"]:
            self.stdout.write(as_json(proof))
        else:
            report = texts.report(proof, words=words.of("en"), zone=proving.clinic())
            print_report(report, console_on(self.stdout))
        if code := EXIT_CODES[proof.outcome]:
            sys.exit(code)


def day(text: str) -> date:
    """The day that is meant, by the clinic's calendar; not one that is still to come."""
    try:
        return days.begun(text, now=timezone.now(), zone=proving.clinic())
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def as_json(proof: Proof) -> str:
    """The whole proof, with what it comes to."""
    body = {"outcome": proof.outcome.value, "findings": proof.findings, **dataclasses.asdict(proof)}
    return json.dumps(body, cls=DjangoJSONEncoder, indent=2)


def console_on(stdout: OutputWrapper) -> Console:
    """Wide enough for an address where nobody looks; nothing is taken for markup."""
    return Console(
        file=cast(IO[str], stdout), width=None if stdout.isatty() else WIDTH, markup=False, emoji=False, highlight=False
    )


def print_report(report: Report, console: Console) -> None:
    """What is stated, the figures, what is to be done."""
    console.print(Text(report.title, style="bold"))
    console.print(report.headline)
    for statement in report.statements:
        print_statement(statement, console)
    for table in report.tables:
        console.print(as_table(table))
    console.print(Text(report.to_do, style="bold"))
    for task in report.tasks:
        print_task(task, console)
    if not report.tasks:
        console.print(report.nothing)


def print_statement(statement: Statement, console: Console) -> None:
    """One statement with its mark, and the details below it."""
    mark, colour = MARKS[statement.proven]
    console.print(Text(f"{mark} ", style=colour) + Text(statement.text))
    for detail in statement.details:
        console.print(f"    {detail}", soft_wrap=True)


def as_table(table: tables.Table) -> Table:
    """The figures; where there are none, a row that says so."""
    shown = Table(*table.head, title=table.title, title_justify="left")
    for row in table.rows or ((table.empty,),):
        shown.add_row(*row)
    return shown


def print_task(task: Task, console: Console) -> None:
    """What there is to do of one kind, and where."""
    console.print(Text(f"{task.text}: {task.count}", style="red" if task.urgent else ""))
    for entry in task.entries:
        console.print(f"    {'  '.join(filter(None, (entry.name, entry.since, entry.why)))}", soft_wrap=True)
    if task.more:
        console.print(f"    {task.more}")
    console.print(f"    {settings.PUBLIC_URL}{task.path}", soft_wrap=True)
