"""Beat's share of the work: a run in slices, so that no task lasts long. Beside `runs`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from payments_service.reconciling import runs, turns
from payments_service.reconciling.models import Reconciliation, Run
from payments_service.reconciling.runs import Arrived
from servicekit.failures import ProviderFailure

log = structlog.get_logger(__name__)

ON_THE_WAY = timedelta(minutes=5)
"""What Stripe made this recently is still being delivered, and is left alone."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What got done: what has come in, and whether there is more to do at once."""

    arrived: tuple[Arrived, ...] = ()
    more: bool = False


NOTHING = Slice()


def go_on(*, now: datetime, seconds: float) -> Slice:
    """Go on with Beat's run, or begin the next one when it is due, for so many seconds or one page.

    A failure of Stripe's lets it rest; what came in before it has come in.
    """
    turn = turns.take()
    if turn is None:
        return NOTHING
    arrived: list[Arrived] = []
    try:
        with turns.held(turn):
            done = work(turn, arrived, now=now, seconds=seconds)
    except ProviderFailure as failure:
        log.warning("reconciliation_rests", code=failure.code)
        return Slice(tuple(arrived))
    except runs.TurnLost:
        log.warning("reconciliation_taken_over", hint="this worker stood still for longer than its lease")
        return Slice(tuple(arrived))
    return Slice(tuple(arrived), more=not done)


def work(turn: Reconciliation, arrived: list[Arrived], *, now: datetime, seconds: float) -> bool:
    """Keep pages until the time is over, adding what comes in; whether the run is done, or none is to begin."""
    ends = time.monotonic() + seconds
    since, until = runs.furthest(days=settings.RECONCILE_DAYS, now=now), now - ON_THE_WAY
    if until <= since:
        runs.note_beginning(now=now)
        turns.give_back(turn, again_in=timedelta(seconds=settings.RECONCILE_SECONDS))
        return True
    run = runs.take_up(Run.By.BEAT, since=since, until=until, now=now)
    for progress in runs.walk(run, turn, now=now):
        arrived += progress.arrived
        if time.monotonic() >= ends:
            break
    done = run.state == Run.State.DONE
    turns.give_back(turn, again_in=timedelta(seconds=settings.RECONCILE_SECONDS if done else 0))
    return done
