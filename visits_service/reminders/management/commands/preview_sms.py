"""`python -m visits_service preview_sms`: what each language's SMS says, and what it takes to send it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from notifications.sms import encoding
from notifications.sms.encoding import Measured
from servicekit import days
from visits_service.reminders import texts, wall_clock, words
from visits_service.reminders.schedule import Appointment

COLUMNS = ("language", "text", "encoding", "units", "parts", "forced by")


class Command(BaseCommand):
    """Prints a table; ends with 1 when a text takes more than one part."""

    help = (
        "Show the SMS of each language: text, encoding, parts, and what forced them. Exit code 1: more than one part."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A sample visit: tomorrow at half past ten, in the clinic of the settings."""
        languages = words.CATALOGUE.languages()
        parser.add_argument("--language", action="append", choices=languages, help="only this one; may be repeated")
        parser.add_argument("--clinic", default=settings.CLINIC_NAME, help="another name for the clinic")
        parser.add_argument("--place", default="Room 3", help="where the visit is held; nothing for no place")
        parser.add_argument("--start", type=local_time, help="when, by the clinic's clock: 2026-11-25T10:30")

    def handle(self, *, language: list[str] | None, clinic: str, place: str, start: datetime | None, **_: Any) -> None:
        """Word and measure the sample in each language."""
        now, zone = timezone.now(), ZoneInfo(settings.CLINIC_TIME_ZONE)
        local = start or datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(10, 30))
        visit = Appointment(wall_clock.instant_of(local, zone=zone), zone=zone, patient_zone=zone)
        table, most = Table(*COLUMNS, show_lines=True), 1
        for each in language or words.CATALOGUE.languages():
            text = texts.sms(visit, clinic=clinic, place=place, said=words.of(each), now=now)
            measured = encoding.measure(text)
            table.add_row(each, Text(text), *cells(measured))
            most = max(most, measured.parts)
        console = Console()
        with console.capture() as shown:
            console.print(table)
        self.stdout.write(shown.get())
        sys.exit(1 if most > 1 else 0)


def cells(measured: Measured) -> list[str]:
    """What a text takes, as the table shows it."""
    forced_by = " ".join(measured.forced_by) or ("length" if measured.parts > 1 else "")
    return [measured.encoding, str(measured.units), str(measured.parts), forced_by]


def local_time(text: str) -> datetime:
    """A date and a time without an offset."""
    try:
        found = datetime.fromisoformat(text)
        days.within_the_calendar(found.date())
    except ValueError:
        found = None
    if found is None or found.tzinfo:
        raise ArgumentTypeError(f"expected a local time such as 2026-11-25T10:30, got {text!r}")
    return found
