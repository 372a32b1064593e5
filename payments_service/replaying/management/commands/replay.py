"""`python -m payments_service replay`: what has become of Stripe's events, and doing what is missing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from payments_service.replaying import nudging, planning, redoing, selection
from payments_service.replaying.models import LONGEST_REASON, Replay
from payments_service.replaying.redoing import Order
from payments_service.replaying.steps import Journey, Outcome, Step
from payments_service.webhooks.models import StripeEvent
from servicekit import lookback

ASK_ABOVE = 20
WIDTH = 160
Told = tuple[Journey, list[Outcome]]


class Command(BaseCommand):
    """Shows each event's journey and redoes only what is missing; safe beside running workers, and twice."""

    help = "Replay Stripe's events: show how far each has come, and redo only the steps that are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which events, and how much may be done."""
        parser.add_argument("events", nargs="*", metavar="EVENT", help="Stripe's ids, evt_...")
        parser.add_argument(
            "--type",
            action="append",
            default=[],
            help="of this type; may be repeated, and hold *: charge.dispute.*",
        )
        parser.add_argument("--since", type=an_instant, help="received since then: 7d, 36h or 2026-11-20")
        parser.add_argument("--failed", action="store_true", help="that failed or were given up")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument(
            "--send-again", action="store_true", help="also send again what was sent before, whatever became of it"
        )
        parser.add_argument(
            "--reason", default="", help=f"why; it is kept. No names in it, at most {LONGEST_REASON} characters"
        )
        parser.add_argument("--by", default="", help="who asks, for the record; at most 150 characters")
        parser.add_argument("--yes", action="store_true", help=f"don't ask before more than {ASK_ABOVE} events")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *_: Any, **options: Any) -> None:
        """Choose, show, do, and say what was done; fails when something couldn't be."""
        order, dry_run = order_of(options), bool(options["dry_run"])
        chosen = events_of(options)
        if not dry_run:
            confirm(len(chosen), yes=options["yes"])
        told = go_over(chosen, order=order, dry_run=dry_run)
        if options["json"]:
            self.stdout.write(as_json(told, dry_run=dry_run))
        else:
            print_table(told, console_on(self.stdout), dry_run=dry_run)
        failed = sum(outcome.failed for _, outcomes in told for outcome in outcomes)
        if failed:
            raise CommandError(f"{failed} of the steps could not be done; the table says why.")


def an_instant(text: str) -> datetime:
    """How far back, by the clinic's calendar."""
    try:
        return lookback.instant(text, now=timezone.now(), zone=ZoneInfo(settings.CLINIC_TIME_ZONE))
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def order_of(options: dict[str, Any]) -> Order:
    """What is asked for; sending again needs a reason, and a reason is only for that."""
    reason, by = options["reason"].strip(), options["by"].strip()
    if options["send_again"] != bool(reason):
        raise CommandError("--send-again and --reason go together: what was sent is sent again only for a reason.")
    if len(by) > 150:
        raise CommandError("--by takes at most 150 characters.")
    try:
        return Order(Replay.Door.COMMAND, timezone.now(), by=by, reason=reason)
    except ValueError as wrong:
        raise CommandError(f"--reason: {wrong}.") from None


def events_of(options: dict[str, Any]) -> list[int]:
    """The chosen events; an unknown id stops before anything is done."""
    wanted = selection.Wanted(options["events"], options["type"], options["since"], options["failed"])
    if wanted.everything:
        raise CommandError("Say which events: ids, --type, --since or --failed.")
    try:
        return selection.find(wanted)
    except selection.NotThere as nothing:
        raise CommandError(str(nothing)) from None


def confirm(count: int, *, yes: bool) -> None:
    """Ask before many events are replayed."""
    if yes or count <= ASK_ABOVE:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"{count} events would be replayed. Look with --dry-run, then add --yes.")
    if input(f"Replay {count} events? [y/N] ").strip().lower() != "y":
        raise CommandError("Nothing was done.")


def go_over(chosen: Sequence[int], *, order: Order, dry_run: bool) -> list[Told]:
    """Each event's journey and what was done; the bar is there only for somebody who looks at it."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        return [replayed(pk, order=order, dry_run=dry_run) for pk in progress.track(chosen, description="events")]


def replayed(event_id: int, *, order: Order, dry_run: bool) -> Told:
    """One event; its workers are told before the next one is looked at."""
    event = StripeEvent.objects.get(pk=event_id)
    journey = planning.plan(event, now=timezone.now(), reason=order.reason)
    if dry_run:
        return journey, []
    outcomes, due = redoing.redo(journey, order=order)
    nudging.tell(due)
    return journey, outcomes


def as_json(told: Sequence[Told], *, dry_run: bool) -> str:
    """Every event with its steps; `done` is missing from a dry run and from steps that needed nothing."""
    events = [
        {"event": journey.event, "type": journey.type, "steps": [plain(step, outcomes) for step in journey.steps]}
        for journey, outcomes in told
    ]
    return json.dumps({"dry_run": dry_run, "events": events}, indent=2, ensure_ascii=False)


def plain(step: Step, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A step and what came of it."""
    about = {name: value for name, value in asdict(step).items() if name != "row"}
    outcome = outcome_of(step, outcomes)
    return about | ({"done": outcome.said, "failed": outcome.failed} if outcome else {})


def outcome_of(step: Step, outcomes: Sequence[Outcome]) -> Outcome | None:
    """What was done about this very step."""
    return next((outcome for outcome in outcomes if outcome.step is step), None)


def console_on(stdout: OutputWrapper) -> Console:
    """Wide enough also where nobody looks; nothing is taken for markup."""
    return Console(file=cast(IO[str], stdout), width=None if stdout.isatty() else WIDTH, markup=False, emoji=False)


def print_table(told: Sequence[Told], console: Console, *, dry_run: bool) -> None:
    """A row for each step, and a line about all."""
    table = Table("event", "step", "about", "state", "would be done" if dry_run else "done")
    for journey, outcomes in told:
        for number, step in enumerate(journey.steps, start=1):
            outcome = outcome_of(step, outcomes)
            name, last = journey.type if number == 1 else "", number == len(journey.steps)
            done = outcome.said if outcome else step.do
            table.add_row(name, step.stage, step.about, step.state, done, end_section=last)
    console.print(table)
    console.print(summary(told, dry_run=dry_run))


def summary(told: Sequence[Told], *, dry_run: bool) -> str:
    """One line; what several events lack together counts once, as it is done once."""
    if dry_run:
        missing = {(step.do, step.row) for journey, _ in told for step in journey.missing}
        return f"Events: {len(told)}. Steps to redo: {len(missing)}. Nothing was done."
    failed = [outcome.failed for _, outcomes in told for outcome in outcomes]
    return f"Events: {len(told)}. Steps redone: {failed.count(False)}. Not possible: {failed.count(True)}."
