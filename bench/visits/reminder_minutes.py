"""The measuring process of `bench.reminder_scan`: python -m bench.visits.reminder_minutes VISITS DUE.

First ten thousand visits are stored, then a tenth of them and all; each time the two scans that Beat asks for each
minute are timed with nothing to do, and the due scan's plan is read. Then the reminders are due, half email and half
SMS, and the worker's lane runs as Procfile has it. Nothing is delivered.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from bench import figures
from bench.figures import Figure
from bench.visits import clinic_years, due_burst
from scripts import stopping
from visits_service.reminders import due, follow_up

FEW = 10_000
ROUNDS, WARM_UP = 60, 10
MOST_QUIET_MS, NOISE, NOISE_MS = 50.0, 1.5, 2.0
LEAST_RATE, MOST_GROWTH_MB = 2000.0, 16.0
INDEX = "reminder_due"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Milliseconds of a minute in which nothing is due: the median, and the slowest of twenty; the due scan's plan."""

    visits: int
    median: float
    p95: float
    plan: str


def main(visits: int, reminders: int) -> int:
    """Store, measure, print, judge."""
    quiet: list[Quiet] = []
    for stored in sorted({FEW, visits // 10, visits}):
        clinic_years.fill(quiet[-1].visits + 1 if quiet else 1, stored, zone=zone_at_noon())
        quiet.append(quiet_minute(stored))
    print(f"the plan of a quiet scan with {visits:,} visits:\n{quiet[-1].plan}")
    clinic_years.make_due(reminders)
    return judged(quiet, due_burst.run(reminders))


def zone_at_noon() -> str:
    """A zone whose clocks show noon or so: nobody is asleep there, whenever this runs. East is minus, as in POSIX."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def quiet_minute(visits: int) -> Quiet:
    """What Beat's two scans cost together."""
    taken = sorted(list(rounds())[WARM_UP:])
    with transaction.atomic():
        plan = due.claimed(now=timezone.now(), most=due.BATCH).explain(analyze=True)
    return Quiet(visits, statistics.median(taken), taken[int(len(taken) * 0.95)], plan)


def rounds() -> Iterator[float]:
    """Milliseconds of each; raises when something was due after all."""
    for _ in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        found = due.remind(now=timezone.now()).taken + follow_up.follow_up(now=timezone.now()).states.total()
        yield (time.perf_counter() - started) * 1000
        if found:
            raise RuntimeError(f"{found} reminders were due in a minute that should be quiet")


def judged(quiet: list[Quiet], burst: due_burst.Burst) -> int:
    """What was found, the promises, and whether they hold."""
    few, many = quiet[0], quiet[-1]
    print(f"{'a minute with nothing due':40}{'median ms':>12}{'p95 ms':>10}")
    for each in quiet:
        print(f"{f'{each.visits:,} visits':40}{each.median:>12.1f}{each.p95:>10.1f}")
    print(f"{burst.messages:,} due at once: {burst.cpu_ms:.2f} ms of CPU of the lane for each")
    more = [
        Figure(
            f"a minute with nothing due, {each.visits:,} visits / {few.visits:,}",
            each.median / few.median,
            most=NOISE + NOISE_MS / few.median,
            said=f"{each.median:.1f} and {few.median:.1f} ms",
        )
        for each in quiet[1:]
    ]
    return figures.report(
        [
            *more,
            Figure(f"95 of 100 of these take, {many.visits:,} visits", many.p95, most=MOST_QUIET_MS, unit="ms"),
            Figure(f"its plan goes through the index {INDEX}", float(INDEX in many.plan), least=1.0, steady=True),
            Figure(f"{burst.messages:,} due at once: written", burst.rate, least=LEAST_RATE, unit="/s"),
            Figure("each of them one message, half of them SMS", float(burst.complete), least=1.0, steady=True),
            Figure("memory of the lane meanwhile grows by", burst.growth, most=MOST_GROWTH_MB, unit="MB", steady=True),
        ],
        {"ms of a minute with nothing due, by stored visits": [(each.visits, each.median) for each in quiet]},
    )


if __name__ == "__main__":
    sys.exit(stopping.run(lambda: main(int(sys.argv[1]), int(sys.argv[2]))))
