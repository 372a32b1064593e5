"""Asks the database: its version, its migrations, and what it thinks the time is."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from servicekit.doctor.judging.database import Database
from servicekit.doctor.probing import postgresql


def look() -> Database:
    """What it says, or why it can't be asked: a code, as its own words may quote a user or a host."""
    if connection.vendor == "postgresql" and (trouble := postgresql.trouble(connection.get_connection_params())):
        return Database(trouble=trouble)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Database(trouble=type(error).__name__)
    version = ".".join(str(part) for part in connection.get_database_version())
    return Database(connection.display_name, version, unapplied=len(plan), service=settings.SERVICE)


def clock_skew() -> float | None:
    """How far our clock is ahead of a PostgreSQL's, in seconds; None without one. SQLite has ours."""
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            asked = timezone.now()
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime = cursor.fetchone()[0]
    except DatabaseError:
        return None
    return (asked + (timezone.now() - asked) / 2 - theirs).total_seconds()
