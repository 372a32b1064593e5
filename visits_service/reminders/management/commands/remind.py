"""`python -m visits_service remind`: what Beat asks for each minute, once, by hand. Safe beside running workers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from visits_service.reminders import tasks
from visits_service.reminders.models import Reminder

WORDS = {
    Reminder.State.QUEUED: "handed to delivery",
    Reminder.State.PLANNED: "put off",
    Reminder.State.SKIPPED: "not wanted any more",
    Reminder.State.VOID: "of visits that have changed",
    Reminder.State.EXPIRED: "expired",
    Reminder.State.FAILED: "that can't be sent",
}


class Command(BaseCommand):
    """The due scan as a person runs it; the workers deliver what it has written."""

    help = "Write the reminders that are due now and hand them to delivery."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take batch after batch until nothing is due, and say what became of them."""
        states: Counter[str] = Counter()
        for scan in tasks.batches(seconds=float("inf")):
            states += scan.states
        parts = [f"{states[state]} {words}" for state, words in WORDS.items() if states[state]]
        self.stdout.write(f"{states.total()} reminders were due" + (f": {', '.join(parts)}." if parts else "."))
