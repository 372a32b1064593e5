"""The command `doctor` of each service: whether this installation is well, and if not, what is to be done."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser

from servicekit.doctor import rounds
from servicekit.doctor.findings import Verdict
from servicekit.doctor.rounds import Examine, Line

COLOURS = {Verdict.OK: "SUCCESS", Verdict.WARNING: "WARNING", Verdict.WRONG: "ERROR"}


class Doctor(BaseCommand):
    """Looks at each of `checks`, and says in one line each what it found; a service's command names its own."""

    checks: ClassVar[Mapping[str, Examine]] = {}
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """For whom the answer is."""
        parser.add_argument("--json", action="store_true", help="print JSON, for programs")

    def handle(self, *_: Any, **options: Any) -> None:
        """Examine, print, and end with 1 when something is wrong."""
        logging.disable(logging.CRITICAL)  # what it finds stands in its lines
        lines = rounds.examine_all(self.checks)
        if options["json"]:
            self.stdout.write(as_json(lines))
        else:
            self.print(lines)
        if not well(lines):
            sys.exit(1)

    def print(self, lines: Sequence[Line]) -> None:
        """Verdict, check and sentence; below it what to do."""
        width = max(len(line.check) for line in lines)
        for line in lines:
            verdict = getattr(self.style, COLOURS[line.finding.verdict])(f"{line.finding.verdict:7}")
            self.stdout.write(f"{verdict}  {line.check:{width}}  {line.finding.said}")
            if line.finding.do:
                self.stdout.write(f"{'':7}  {'':{width}}  -> {line.finding.do}")
        self.stdout.write(summary(lines))


def well(lines: Sequence[Line]) -> bool:
    """Whether nothing is wrong; warnings are no illness."""
    return all(line.finding.verdict is not Verdict.WRONG for line in lines)


def as_json(lines: Sequence[Line]) -> str:
    """`ok`, and every line with its four words."""
    told = [
        {"check": line.check, "verdict": line.finding.verdict, "said": line.finding.said, "do": line.finding.do}
        for line in lines
    ]
    return json.dumps({"ok": well(lines), "findings": told}, indent=2, ensure_ascii=False)


def summary(lines: Sequence[Line]) -> str:
    """One line about all."""
    count = {verdict: sum(line.finding.verdict is verdict for line in lines) for verdict in Verdict}
    return ", ".join(f"{number} {verdict}" for verdict, number in count.items() if number)
