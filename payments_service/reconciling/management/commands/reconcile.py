"""`python -m payments_service reconcile`: what Stripe knows and we don't, brought in now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from payments_service.reconciling import reports, runs, selectors, tasks, turns, walking
from payments_service.reconciling.models import Reconciliation, Run
from payments_service.reconciling.reports import Report
from payments_service.reconciling.walking import Page, Place
from servicekit import lookback
from servicekit.failures import ProviderFailure

NO_KEY = (
    "STRIPE_API_KEY is not set, so Stripe can't be asked. Set a key that may read events, charges, refunds and "
    "disputes; see .env.example."
)
WAIT_SECONDS = turns.LEASE.total_seconds() + 5
LOOK_AGAIN_SECONDS = 0.5


class Command(BaseCommand):
    """Safe beside running workers, and twice; a run that was broken off goes on where it stopped."""

    help = "Compare Stripe's lists with what is stored, take in what is missing. See docs/runbooks/webhook-failing.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """How far back, whether anything is kept, and for whom it is printed."""
        parser.add_argument("--since", help="7d, 36h or 2026-11-01; RECONCILE_DAYS unless given")
        parser.add_argument("--dry-run", action="store_true", help="show what would come in, and change nothing")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *_: Any, since: str | None, dry_run: bool, json: bool, **__: Any) -> None:
        """Compare, say what became of it; the exit code is 1 when something could not be compared."""
        if not settings.STRIPE_API_KEY:
            raise CommandError(NO_KEY)
        now, console = timezone.now(), Console(stderr=True, highlight=False)
        start = beginning(since, now=now)
        report = preview(start, now, console) if dry_run else bring_in(start, now, console)
        self.tell(report, dry_run=dry_run, json=json)
        if report.stopped_by:
            raise CommandError(f"Stripe gave no answer ({report.stopped_by}). The next run goes on where it stopped.")
        if report.refused:
            raise CommandError(f"The key may not look into {', '.join(report.refused)}: connected no longer?")

    def tell(self, report: Report, *, dry_run: bool, json: bool) -> None:
        """Print the result to stdout."""
        clinic = ZoneInfo(settings.CLINIC_TIME_ZONE)
        if json:
            self.stdout.write(reports.as_json(report))
            return
        if report.missing:
            self.stdout.write(reports.table(report.missing, clinic=clinic))
        self.stdout.write(reports.sentence(report, clinic=clinic, dry_run=dry_run))


def beginning(since: str | None, *, now: datetime) -> datetime:
    """From when on to look: as a person says, or as Beat does."""
    if since is None:
        return runs.furthest(days=settings.RECONCILE_DAYS, now=now)
    try:
        return lookback.instant(since, now=now, zone=ZoneInfo(settings.CLINIC_TIME_ZONE))
    except ValueError as wrong:
        raise CommandError(f"--since: {wrong}.") from None


def preview(since: datetime, now: datetime, console: Console) -> Report:
    """What would come in; nothing is written."""
    steps = walking.steps(since=since, until=now, accounts=selectors.accounts())
    seen: list[Page] = []
    stopped_by = ""
    with bar(console) as progress:
        task = progress.add_task("comparing", total=1.0)
        try:
            for page in walking.pages(steps, Place(), now=now):
                seen.append(page)
                progress.update(task, completed=page.share)
        except ProviderFailure as failure:
            stopped_by = failure.code
    return reports.of_pages(seen, since=since, until=now, stopped_by=stopped_by)


def bring_in(since: datetime, now: datetime, console: Console) -> Report:
    """Take in what is missing: a run that stopped is taken to its end, then what has happened after it began."""
    turn = my_turn(console)
    walked: list[Run] = []
    try:
        with turns.held(turn), bar(console) as progress:
            walked.append(runs.take_up(Run.By.PERSON, since=since, until=now, now=now))
            show(walked[0], turn, progress, now=now)
            if walked[0].until < now:
                walked.append(runs.begun(Run.By.PERSON, since=walked[0].until, until=now, now=now))
                show(walked[1], turn, progress, now=now)
            turns.give_back(turn, again_in=runs.rest_after(walked[0], now=now))
    except ProviderFailure as failure:
        return reports.of_runs(walked, stopped_by=failure.code)
    except runs.TurnLost:
        raise CommandError("another run has taken over, as this one stood still for too long.") from None
    except KeyboardInterrupt:
        raise CommandError("stopped; the same command goes on where this one was.", returncode=130) from None
    return reports.of_runs(walked)


def show(run: Run, turn: Reconciliation, progress: Progress, *, now: datetime) -> None:
    """Take a run to its end, nudging what comes in."""
    task = progress.add_task(f"comparing since {run.since:%Y-%m-%d %H:%M}", total=1.0)
    for page in runs.walk(run, turn, now=now):
        tasks.nudge_arrived(page.arrived)
        progress.update(task, completed=page.share)


def my_turn(console: Console) -> Reconciliation:
    """The turn, once nobody else is comparing; a killed run's lease is over after a while."""
    started = time.monotonic()
    turn = turns.take(impatient=True)
    if turn is None:
        console.print("Another run is at work, or was killed a moment ago; waiting for it.")
    while turn is None:
        if time.monotonic() - started > WAIT_SECONDS:
            raise CommandError("another run is still at work. The admin's list of runs shows how far it is.")
        time.sleep(LOOK_AGAIN_SECONDS)
        turn = turns.take(impatient=True)
    return turn


@contextmanager
def bar(console: Console) -> Iterator[Progress]:
    """A progress bar for somebody who looks at it."""
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        yield progress
