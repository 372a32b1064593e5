"""Tables that another session holds, so that a process stops in the middle of what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, models

Stuck = Callable[[], object]


@contextmanager
def nobody_may_write(model: type[models.Model]) -> Iterator[Stuck]:
    """A table that another session holds; tells whether somebody waits for it."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN EXCLUSIVE MODE")
        yield somebody_waits_for_a_lock
    finally:
        other.rollback()
        other.close()


def somebody_waits_for_a_lock() -> bool:
    """Whether a session of this database stands before a lock."""
    return sessions_before_a_lock() > 0


def sessions_before_a_lock() -> int:
    """How many sessions of this database stand before a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
