"""The database as each test finds it, without making it anew: behind a test that commits, only what was written goes.

Django empties every table there, and has each app make its content types, permissions and roles again. That takes
about a second, and most of these tests write a few rows.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase

Rows = frozenset[tuple[Any, ...]]

flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # the stubs lack it
"""What Django does behind a test that commits."""


class Flushing:
    """Knows the rows that a flush leaves, once there was one; where a test changed even these there is another."""

    def __init__(self) -> None:
        self.left: dict[str, Rows] = {}

    def after(self, test: TransactionTestCase) -> None:
        """Take away what the test wrote, whoever did it; waits for whoever is in a transaction, as a flush does."""
        if not self.left or not self.empties():
            flush(test)
            self.remember()

    def empties(self) -> bool:
        """Empty the tables that a flush leaves empty; whether the others have the rows that it left there."""
        with transaction.atomic(), connection.cursor() as cursor:
            tables = every_table()
            cursor.execute(f"LOCK TABLE {quoted(tables)} IN ACCESS EXCLUSIVE MODE")
            if written := [table for table in filled(cursor, tables) if table not in self.left]:
                cursor.execute(f"TRUNCATE {quoted(written)} CASCADE")
            return all(rows(cursor, table) == left for table, left in self.left.items())

    def remember(self) -> None:
        """Take what is there as what a flush leaves."""
        with connection.cursor() as cursor:
            self.left = {table: rows(cursor, table) for table in filled(cursor, every_table())}


def every_table() -> list[str]:
    """The tables that a flush empties: those of every model."""
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def filled(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Those of the tables that have rows."""
    each = "SELECT '{0}' WHERE EXISTS (SELECT FROM {1})"
    cursor.execute(" UNION ALL ".join(each.format(table, quoted([table])) for table in tables))
    return [table for (table,) in cursor.fetchall()]


def rows(cursor: CursorWrapper, table: str) -> Rows:
    """All rows of the table."""
    cursor.execute(f"TABLE {quoted([table])}")
    return frozenset(cursor.fetchall())


def quoted(tables: list[str]) -> str:
    """The tables' names as SQL has them."""
    return ", ".join(map(connection.ops.quote_name, tables))


def begin() -> None:
    """From here on it is done so behind every test that commits."""
    flushing = Flushing()

    def after(test: TransactionTestCase) -> None:
        flushing.after(test)

    TransactionTestCase._fixture_teardown = after  # type: ignore[attr-defined]
