"""Rows that want work: who may do it, until when, and what happens if the worker dies.

A row wants work from `due_at` on, and `NULL` means that nothing is left to do. To claim it is one conditional UPDATE
that moves `due_at` behind a lease, so a dead worker frees its row by doing nothing. Every instant comes from the
database's clock: workers whose clocks disagree still agree on leases. The lease has to be longer than the hard
time limit of the task that holds it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import connections, models, router
from django.db.models import Expression, F, Max
from django.db.models.functions import Coalesce, Now

from servicekit import compiled, retrying
from servicekit.compiled import Slot, Update

NOTHING_LEFT = None


class Claimable(models.Model):
    """A row that one worker at a time works on.

    One that `recurs` is never finished: it only rests until its next turn.
    """

    recurs: ClassVar[bool] = False

    due_at = models.DateTimeField(null=True, blank=True, default=None, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(max_length=100, blank=True, default="", editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Claimable)


def due_index(name: str, *before: str) -> models.Index:
    """The index that a claimable model needs: small, since settled rows are not in it.

    `before` names what rows are asked for by, beside the time.
    """
    return models.Index(fields=[*before, "due_at"], name=name, condition=models.Q(due_at__isnull=False))


def after(wait: timedelta) -> Any:
    """An instant that far from now, by the database's clock."""
    return Now() + wait if wait else Now()


def after_seconds(seconds: float) -> Any:
    """As `after`, for a wait that a setting gives in seconds."""
    return after(timedelta(seconds=seconds))


def clock(rows: models.QuerySet[Row]) -> datetime:
    """What the database's clock says: for many rows in one statement, where an expression for each would be slow."""
    asked = rows.filter(pk=0).aggregate(now=Coalesce(Max("due_at"), Now()))  # of no rows: an aggregate answers anyway
    now: datetime = asked["now"]
    return now


def due(rows: models.QuerySet[Row], *, limit: int, overdue: timedelta = timedelta(0)) -> list[int]:
    """Ids of rows that have wanted work for at least `overdue`, the longest waiting first."""
    waiting = rows.filter(due_at__lte=Now() - overdue if overdue else Now())
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def claim(model: type[Row], pk: int, *, lease: timedelta | Expression) -> Row | None:
    """Take one row for the length of the lease; None when it isn't due or somebody else has it.

    Where rows of several kinds have leases of their own, an expression of their columns says which. Unless it is a part
    of a transaction it doesn't wait for the disk: one that a crash of the database undoes is made again by the next.
    """
    within = connections[router.db_for_write(model)].in_atomic_block
    return compiled.once((model, lease, within), lambda: taking(model, lease, lasting=within)).run(pk=pk)


def taking(model: type[Row], lease: timedelta | Expression, *, lasting: bool) -> Update[Row]:
    """What claims a row."""
    due = model._default_manager.filter(pk=Slot("pk"), due_at__lte=Now())
    return Update(due, {"due_at": Now() + lease, "attempts": F("attempts") + 1}, lasting=lasting)


def settle(
    row: Claimable, *, due_at: datetime | Any | None = NOTHING_LEFT, lasting: bool = True, **changes: Any
) -> bool:
    """Write the outcome of a claimed row and let it go; False when the lease was lost meanwhile.

    A lost lease changes nothing: another worker holds the row and writes its outcome, or it is settled already.
    Not `lasting` (see `compiled.Update`) is for work that is done again to the same end if its outcome is lost.
    """
    model, values = type(row), {"due_at": due_at, "last_error": "", **changes}
    held = {"pk": row.pk, "held": row.attempts}
    if any(hasattr(value, "resolve_expression") and type(value) is not Now for value in values.values()):
        return bool(letting_go(model, values, lasting=lasting).run(**held))
    given = {name: value for name, value in values.items() if type(value) not in {Now, type(None)}}
    shape = tuple((name, Slot if name in given else type(value)) for name, value in values.items())
    slots = {name: Slot(name) if name in given else value for name, value in values.items()}
    statement = compiled.once((model, shape, lasting), lambda: letting_go(model, slots, lasting=lasting))
    return bool(statement.run(**held, **compiled.prepared(model, given)))


def letting_go(model: type[Row], values: Mapping[str, Any], *, lasting: bool) -> Update[Row]:
    """What writes an outcome, unless somebody else has claimed the row since."""
    mine = model._default_manager.filter(pk=Slot("pk"), attempts=Slot("held"), due_at__isnull=False)
    return Update(mine, values, lasting=lasting, only_key=True)


def postpone(row: Claimable, *, error: str, wait: timedelta | None = None, **changes: Any) -> bool:
    """Let a claimed row rest before the next attempt; the wait grows with the attempts so far."""
    rest = wait if wait is not None else retrying.wait_after(row.attempts, jitter=random.random())
    return settle(row, due_at=after(rest), last_error=error[:100], **changes)


def wake(rows: models.QuerySet[Row], **changes: Any) -> int:
    """Make rows due at once, whatever they were waiting for; returns how many. `changes` are other columns' values."""
    return rows.update(due_at=Now(), **changes)


@contextmanager
def postponed_on_crash(row: Claimable, **changes: Any) -> Iterator[None]:
    """Around the work on a claimed row: a crash leaves its name and `changes` on the row, and goes on up."""
    try:
        yield
    except Exception as crash:
        postpone(row, error=type(crash).__name__, **changes)
        raise
