"""The purge: kind by kind, slice by slice, until nothing is overdue. Each slice is a transaction with its count.

A kind that gets no further, as its files are where nobody can reach them now, waits for the next day's run.

One row, `PurgeTurn`, is the turn: its lease lets one run be at work. A kill costs one slice, which is done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from privacy import service
from privacy.models import Purge, PurgeTurn
from privacy.service import Kind
from servicekit import claims

log = structlog.get_logger(__name__)

SLICE = 500
LEASE = timedelta(minutes=3)
"""Longer than the hard time limit of the task that purges."""

DAILY = timedelta(days=1)
Progress = Callable[[Kind, int], None]


class Elsewhere(RuntimeError):
    """Somebody else is purging right now."""


def purge(*, now: datetime, by: str, seconds: float, progress: Progress = lambda kind, count: None) -> Purge | None:
    """Forget what is overdue for at most so many seconds; the run, finished or to be gone on with.

    None when it isn't time. Opens its own transactions.
    """
    turn = claimed()
    if turn is None:
        return None
    with claims.postponed_on_crash(turn):
        run = unfinished() or Purge.objects.create(by=by, started_at=now)
        done = forget(run, turn, now=now, until=time.monotonic() + seconds, progress=progress)
    if done:
        Purge.objects.filter(pk=run.pk).update(finished_at=now)
    claims.settle(turn, due_at=claims.after(DAILY if done else timedelta(0)))
    run.refresh_from_db()
    log.info("purged", run=run.pk, finished=done, rows=run.total)
    return run


def purge_now(*, now: datetime, by: str, progress: Progress) -> Purge:
    """As `purge`, at once and to the end, for a person. Raises Elsewhere while a worker is at it."""
    if unfinished() is None:
        claims.wake(PurgeTurn.objects.all())
    run = purge(now=now, by=by, seconds=float("inf"), progress=progress)
    if run is None:
        raise Elsewhere
    return run


def claimed() -> PurgeTurn | None:
    """The turn, if it is time and nobody else has it."""
    PurgeTurn.objects.get_or_create(pk=1, defaults={"due_at": claims.after(timedelta(0))})
    return claims.claim(PurgeTurn, 1, lease=LEASE)


def unfinished() -> Purge | None:
    """The run that was stopped before its end."""
    return Purge.objects.filter(finished_at=None).first()


def forget(run: Purge, turn: PurgeTurn, *, now: datetime, until: float, progress: Progress) -> bool:
    """Slice after slice of each kind; whether all of it was done in time, and nobody else took the turn."""
    for kind in service.of_this_project().kinds():
        count = 1
        while count:
            if time.monotonic() > until or not still_ours(turn):
                return False
            count = one_slice(run, kind, now=now)
            progress(kind, count)
    return True


def still_ours(turn: PurgeTurn) -> bool:
    """Whether the lease is ours, which begins anew with each slice."""
    mine = PurgeTurn.objects.filter(pk=turn.pk, attempts=turn.attempts)
    return bool(mine.update(due_at=claims.after(LEASE)))


def one_slice(run: Purge, kind: Kind, *, now: datetime) -> int:
    """Forget some rows and count them, in one transaction unless the network is waited for; how many."""
    with nullcontext() if kind.outside else transaction.atomic():
        count = kind.purge(before=now - kind.keep, limit=SLICE)
        if count:
            add(run, kind, count)
    return count


def add(run: Purge, kind: Kind, count: int) -> None:
    """Put on record that so many more rows of a kind were forgotten."""
    with transaction.atomic():
        kept = Purge.objects.select_for_update().get(pk=run.pk)
        kept.counts[kind.name] = kept.counts.get(kind.name, 0) + count
        kept.save(update_fields=["counts"])
