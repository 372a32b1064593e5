"""Beat's share of the work: a run in slices, so that no task lasts long. Beside `runs`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from payments_service.reconciling import runs, turns
from payments_service.reconciling.models import Reconciliation, Run
from servicekit.failures import ProviderFailure

log = structlog.get_logger(__name__)

ON_THE_WAY = timedelta(minutes=5)
"""What Stripe made this recently is still being delivered, and is left alone."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What got done: the events to process now, and whether there is more to do at once."""

    event_ids: tuple[int, ...] = ()
    more: bool = False


NOTHING = Slice()


def go_on(*, now: datetime, seconds: float) -> Slice:
    """Go on with Beat's run, or begin the next one when it is due, for so many seconds or one page.

    A failure of Stripe's lets it rest; what came in before it has come in.
    """
    turn = turns.take()
    if turn is None:
        return NOTHING
    event_ids: list[int] = []
    try:
        with turns.held(turn):
            done = work(turn, event_ids, now=now, seconds=seconds)
    except ProviderFailure as failure:
        log.warning("reconciliation_rests", code=failure.code)
        return Slice(tuple(event_ids))
    except runs.TurnLost:
        log.warning("reconciliation_taken_over", hint="this worker stood still for longer than its lease")
        return Slice(tuple(event_ids))
    return Slice(tuple(event_ids), more=not done)


def work(turn: Reconciliation, event_ids: list[int], *, now: datetime, seconds: float) -> bool:
    """Keep pages until the time is over, adding the events that come in; whether the run is done."""
    ends = time.monotonic() + seconds
    since = runs.furthest(days=settings.RECONCILE_DAYS, now=now)
    run = runs.take_up(Run.By.BEAT, since=since, until=now - ON_THE_WAY, now=now)
    for progress in runs.walk(run, turn, now=now):
        event_ids += progress.event_ids
        if time.monotonic() >= ends:
            break
    done = run.state == Run.State.DONE
    turns.give_back(turn, again_in=timedelta(seconds=settings.RECONCILE_SECONDS if done else 0))
    return done
