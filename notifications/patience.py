"""How long an attempt to send may take, and after how long whoever makes it is taken for dead. Read by `delivery`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SHORTEST_TIMEOUT = 4.0
"""A worker that is busy, or whose database is slow, isn't taken for dead because its mail server answers fast."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of the task in seconds, soft before hard, and the lease, which outlives both."""

    soft: int
    hard: int
    lease: timedelta


def for_steps_of(seconds: float) -> Patience:
    """What follows from the time-out of one step (seconds): an SMTP dialogue has about ten, and few of them are slow.

    A task may take five time-outs. The lease has fifteen, more than the longest dialogue with TLS and a login, since a
    thread can't be ended by a limit. With the usual 20 seconds: 100, 150, and five minutes.
    """
    step = max(seconds, SHORTEST_TIMEOUT)
    return Patience(soft=round(5 * step), hard=round(7.5 * step), lease=timedelta(seconds=15 * step))
