"""`python -m payments_service stripe_lab`: signed Stripe traffic without an account, and what comes of it."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from payments_service.operating.endpoints import is_loopback
from payments_service.operating.lab import playing, standin
from payments_service.operating.lab.playing import Outcome, Verdict
from payments_service.operating.lab.scenarios import SCENARIOS, Scenario, Stage
from payments_service.operating.lab.service import Service, Unreachable
from payments_service.payments import stripe_api

LOCAL = "http://127.0.0.1:8001"
NEEDS_STANDIN = "needs a service whose STRIPE_API_BASE is the stand-in, such as make run without STRIPE_API_KEY"
STYLES = {Verdict.RIGHT: "green", Verdict.WRONG: "red", Verdict.NOT_RUN: "yellow"}


class Command(BaseCommand):
    """Plays scenarios to a running service that has this environment; leaves test receipts there, and their emails."""

    help = "Post signed Stripe events of named scenarios to a running service and say whether the outcome is right."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What is played, and to whom."""
        parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all of them unless named; see --list")
        parser.add_argument("--url", default="", help=f"where the service runs; PUBLIC_URL on a laptop, else {LOCAL}")
        parser.add_argument("--list", action="store_true", help="show the scenarios, and play none")
        parser.add_argument(
            "--patience", type=float, default=60.0, help="seconds to wait for an outcome; 60 unless told"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Play one after another, print a table, and end with 1 when an outcome is wrong."""
        chosen = named(options["scenarios"])
        if options["list"]:
            self.stdout.write("\n".join(f"{each.name:14} {each.about}" for each in chosen))
            return
        service = prepared(options["url"] or (settings.PUBLIC_URL if is_loopback(settings.PUBLIC_URL) else LOCAL))
        try:
            outcomes = [(each, run(each, service=service, patience=options["patience"])) for each in chosen]
        except Unreachable as trouble:
            raise CommandError(str(trouble)) from None
        self.print(outcomes)
        if any(outcome.verdict is Verdict.WRONG for _, outcome in outcomes):
            sys.exit(1)

    def print(self, outcomes: Sequence[tuple[Scenario, Outcome]]) -> None:
        """A row for each scenario, and a line about all."""
        width = None if self.stdout.isatty() else 160
        console = Console(file=cast(Any, self.stdout), width=width, markup=False, emoji=False, highlight=False)
        table = Table("scenario", "about", "outcome", "seen")
        for scenario, outcome in outcomes:
            table.add_row(scenario.name, scenario.about, outcome.verdict, outcome.said, style=STYLES[outcome.verdict])
        console.print(table)
        count = {verdict: sum(outcome.verdict is verdict for _, outcome in outcomes) for verdict in Verdict}
        self.stdout.write(", ".join(f"{number} {verdict}" for verdict, number in count.items() if number))


def named(names: Sequence[str]) -> list[Scenario]:
    """The scenarios of these names, all for none; an unknown name stops it."""
    known = {each.name: each for each in SCENARIOS}
    if unknown := [name for name in names if name not in known]:
        raise CommandError(f"There is no scenario {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [known[name] for name in names] or list(SCENARIOS)


def prepared(url: str) -> Service:
    """The service to play to; refused where patients would be written to."""
    if stripe_api.is_live():
        raise CommandError(
            "STRIPE_API_KEY is live: the lab leaves receipts and emails, so play to a test installation."
        )
    if not settings.API_TOKENS:
        raise CommandError("The outcome is read from the API: set API_TOKENS as the service has it.")
    return Service(url, token=settings.API_TOKENS[0], scheme=urlsplit(settings.PUBLIC_URL).scheme)


def run(scenario: Scenario, *, service: Service, patience: float) -> Outcome:
    """Play it with ids of its own, signed now."""
    stage = Stage(tuple(settings.STRIPE_WEBHOOK_SECRETS), at=int(time.time()), key=secrets.token_hex(8))
    play = scenario.write(stage)
    if scenario.needs_standin and not standin.knows(settings.STRIPE_API_BASE, play.objects):
        return Outcome(Verdict.NOT_RUN, NEEDS_STANDIN)
    return playing.play(play, service=service, patience=patience)
