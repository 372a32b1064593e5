"""Rows that another session keeps from being written, so that a process stops in the middle of what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, models

Stuck = Callable[[], object]
OBSTACLE = 7_243_001
WAIT_FOR_OBSTACLE = f"""
CREATE OR REPLACE FUNCTION wait_for_obstacle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({OBSTACLE});
    RETURN NEW;
END $$
"""


@contextmanager
def nobody_may_write(model: type[models.Model]) -> Iterator[Stuck]:
    """A table whose rows nobody can add or change; tells whether somebody waits to do so.

    Rows and not the table are locked: a sweep that finds nothing to do would wait for the table all the same, and
    as many sweeps as a worker has processes would keep it from ever coming to the row that is meant to be stuck.
    """
    table = model._meta.db_table
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [OBSTACLE])
            cursor.execute(WAIT_FOR_OBSTACLE)
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER obstacle BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION wait_for_obstacle()"
            )
            try:
                yield somebody_waits_for_a_lock
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [OBSTACLE])
                cursor.execute(f"DROP TRIGGER obstacle ON {table}")
    finally:
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


def end_sessions_before_a_lock() -> None:
    """As if the machine of each had died with it: what it asks for isn't done. Else PostgreSQL goes on with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
