"""The measuring process of `bench.reminder_scan`: python -m bench.visits.reminder_minutes VISITS DUE.

First ten thousand visits are stored, then all of them; each time the two scans that Beat asks for each minute are
timed with nothing to do, and the due scan's plan is read. Then the reminders are due, half email and half SMS, and the
worker's lane runs as Procfile has it. Nothing is delivered.
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

from bench.visits import clinic_years, due_burst
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
    clinic_years.fill(1, FEW, zone=zone_at_noon())
    few = quiet_minute(FEW)
    clinic_years.fill(FEW + 1, visits, zone=zone_at_noon())
    many = quiet_minute(visits)
    print(f"the plan of a quiet scan with {visits:,} visits:\n{many.plan}")
    clinic_years.make_due(reminders)
    burst = due_burst.run(reminders)
    return judged(few, many, burst)


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


def judged(few: Quiet, many: Quiet, burst: due_burst.Burst) -> int:
    """The tables, and whether the promises hold."""
    print(f"{'a minute with nothing due':40}{'median ms':>12}{'p95 ms':>10}")
    for quiet in (few, many):
        print(f"{f'{quiet.visits:,} visits':40}{quiet.median:>12.1f}{quiet.p95:>10.1f}")
    print(
        f"{burst.messages:,} due at once: {burst.rate:,.0f} messages a second by {len(burst.memory)} processes, ",
        end="",
    )
    print(f"{burst.cpu_ms:.2f} ms of their CPU each")
    for worker, (before, after) in burst.memory.items():
        print(f"process {worker}: {before:.0f} MB after a third of it, {after:.0f} MB at the end")
    promises = {
        f"a quiet minute under {MOST_QUIET_MS:.0f} ms": many.p95 < MOST_QUIET_MS,
        f"through the index {INDEX}": INDEX in many.plan,
        "no slower with many visits than with few": many.median < few.median * NOISE + NOISE_MS,
        f"at least {LEAST_RATE:,.0f} messages a second": burst.rate >= LEAST_RATE,
        "each reminder one message, half of them SMS": burst.complete,
        f"memory grows by less than {MOST_GROWTH_MB:.0f} MB": burst.growth < MOST_GROWTH_MB,
    }
    for promise, kept in promises.items():
        print(f"{promise}: {'kept' if kept else 'MISSED'}")
    return 0 if all(promises.values()) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
