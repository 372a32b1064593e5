"""When to try again: exponential back-off with jitter. Pure: the caller brings the randomness."""

from __future__ import annotations

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LARGEST_POWER = 20


def wait_after(attempts: int, *, jitter: float, first: timedelta = FIRST_WAIT) -> timedelta:
    """How long to rest after the given number of failed attempts (1 or more).

    Doubles from `first` up to an hour; `jitter` in [0, 1) spreads it over the upper half of that span,
    so that rows which failed together don't come back together.
    """
    doubled: timedelta = first * 2 ** min(max(attempts, 1) - 1, LARGEST_POWER)
    return min(doubled, LONGEST_WAIT) * (0.5 + jitter / 2)
