"""Whose turn it is: one run compares at a time, by the lease of one row. Beside `runs`, which holds what is walked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from payments_service.reconciling.models import Reconciliation
from servicekit import claims, retrying
from servicekit.failures import ProviderFailure, TryLater

LEASE = timedelta(seconds=150)
ONLY = 1


def take(*, impatient: bool = False) -> Reconciliation | None:
    """The turn, if it is due and nobody has it; an impatient caller, a person, doesn't wait until it is due."""
    first = Reconciliation(pk=ONLY, due_at=claims.after(timedelta(0)))
    Reconciliation.objects.bulk_create([first], ignore_conflicts=True)
    if impatient:
        claims.wake(Reconciliation.objects.filter(busy=False))
    turn = claims.claim(Reconciliation, ONLY, lease=LEASE)
    return turn if turn and claims.settle(turn, due_at=claims.after(LEASE), busy=True) else None


def keep(turn: Reconciliation) -> bool:
    """Have it for another lease, since something has been achieved; False when it was lost meanwhile."""
    turn.failures = 0
    return claims.settle(turn, due_at=claims.after(LEASE), busy=True, failures=0)


def give_back(turn: Reconciliation, *, again_in: timedelta = timedelta(0)) -> None:
    """Let it go; Beat goes on after that time, with what it has left or with its next run."""
    claims.settle(turn, due_at=claims.after(again_in), busy=False)


def rest(turn: Reconciliation, failure: ProviderFailure) -> None:
    """Let it go after a failure; Beat waits the longer the more often, and at least as long as Stripe asks."""
    failures = turn.failures + 1
    wait = retrying.wait_after(failures, jitter=random.random())
    told = timedelta(seconds=(failure.retry_after or 0) if isinstance(failure, TryLater) else 0)
    claims.postpone(turn, error=failure.code, wait=max(wait, told), busy=False, failures=failures)


@contextmanager
def held(turn: Reconciliation) -> Iterator[None]:
    """Around the work: whatever ends it too early lets the turn go, also a person's Ctrl-C, and goes on up."""
    try:
        yield
    except ProviderFailure as failure:
        rest(turn, failure)
        raise
    except BaseException as crash:
        claims.postpone(turn, error=type(crash).__name__, busy=False)
        raise
