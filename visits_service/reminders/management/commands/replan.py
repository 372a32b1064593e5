"""`python -m visits_service replan`: a changed REMINDER_LEADS, QUIET_HOURS or REMINDER_MIN_NOTICE for visits ahead."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from visits_service.reminders import replanning
from visits_service.reminders.replanning import Step


class Command(BaseCommand):
    """Safe beside running workers, and twice; a run that was broken off is finished by the next one."""

    help = "Plan the reminders of every visit that is still to come by the rules as they are set now."

    def add_arguments(self, parser: CommandParser) -> None:
        """One choice."""
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Go through the visits with a progress bar; fails when a visit couldn't be planned."""
        now = timezone.now()
        visits = replanning.ahead(now=now)
        steps = replanning.replan(visits, now=now, dry_run=dry_run)
        total = Step()
        for step in track(steps, total=-(-len(visits) // replanning.BATCH), console=Console(stderr=True)):
            total += step
        self.stdout.write(report(total, dry_run=dry_run))
        if total.bad:
            raise CommandError(f"{total.bad} visits could not be planned; the log names them as visit_not_planned.")


def report(total: Step, *, dry_run: bool) -> str:
    """One sentence."""
    done = "would be" if dry_run else "were"
    return (
        f"{total.visits} visits are to come: {total.planned} reminders {done} added, {total.moved} moved, "
        f"{total.voided} taken back."
    )
