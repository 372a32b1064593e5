"""Statements that change one row and read it back, write one or ask for one, compiled once and run many times.

PostgreSQL and SQLite can say what an `UPDATE` changed, or an `INSERT` that may find its row there (`RETURNING`); Django
can't yet. It builds a statement from a queryset, which takes longer than running it; so a thread keeps those that
differ only in values, for which they have slots. A thread, since a connection is a thread's as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models import Expression
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

Row = TypeVar("Row", bound=models.Model)
Statement = TypeVar("Statement")

WITHOUT_WAITING = "set_config('synchronous_commit', 'off', true)"
"""Read back with the row, since a statement of its own would cost what it saves; holds until the transaction ends."""


class Slot(Expression):
    """A place that each run of a statement fills anew."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A placeholder whose parameter is this slot, until a run has a value for it."""
        return "%s", (self,)


class Update(Generic[Row]):
    """One row's changes, and the row read back, or of it only the key.

    Where a change isn't `lasting`, its whole transaction doesn't wait for PostgreSQL's disk: if the database itself
    crashes within a moment, it may not have happened, unless something later that lasts was committed.
    """

    def __init__(
        self, rows: models.QuerySet[Row], changes: Mapping[str, Any], *, lasting: bool = True, only_key: bool = False
    ) -> None:
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        table, self.using = rows.model._meta, router.db_for_write(rows.model)
        fields = [field for field in table.concrete_fields if field.primary_key or not only_key]
        self.model = rows.model
        self.names = [field.attname for field in fields]
        self.compiler = query.get_compiler(self.using)
        self.converters = self.compiler.get_converters([field.get_col(table.db_table) for field in fields])
        statement, self.values = self.compiler.as_sql()
        quoted, vendor = self.compiler.quote_name_unless_alias, connections[self.using].vendor
        read = [quoted(field.column) for field in fields]
        waits = lasting or vendor != "postgresql"
        self.statement = f"{statement} RETURNING {', '.join(read if waits else [*read, WITHOUT_WAITING])}"

    def run(self, **slots: Any) -> Row | None:
        """The row as it is now; None when there is none like that. A slot takes what its column's field prepared."""
        found = first(self.using, self.statement, filled(self.values, slots))
        if found is None:
            return None
        [read] = self.compiler.apply_converters([found[: len(self.names)]], self.converters)
        return self.model.from_db(self.using, self.names, read)


class Insert:
    """A new row like this one, which may have slots for values; only its key, a number, is read back.

    A row that `may_be_there` stays as it is where a unique constraint has one like it: as `bulk_create` with
    `ignore_conflicts`, whose statement this is. Another transaction that inserts the same is waited for.
    """

    def __init__(self, row: models.Model, *, may_be_there: bool = False) -> None:
        table, self.using = type(row)._meta, router.db_for_write(type(row))
        query: Any = InsertQuery(type(row), on_conflict=OnConflict.IGNORE if may_be_there else None)
        query.insert_values([field for field in table.concrete_fields if not field.primary_key], [row])
        [(statement, self.values)] = query.get_compiler(self.using).as_sql()
        key = connections[self.using].ops.quote_name(str(table.pk.column))
        self.statement = f"{statement} RETURNING {key}"

    def run(self, **slots: Any) -> int | None:
        """The new row's key; None where one like it was there. A slot takes what its column's field prepared."""
        inserted = first(self.using, self.statement, filled(self.values, slots))
        return inserted[0] if inserted else None


class Look:
    """Whether there is a row like that, where rows are written: a copy for reading may not have it yet."""

    def __init__(self, rows: models.QuerySet[Any]) -> None:
        self.using = router.db_for_write(rows.model)
        self.statement, self.values = rows.query.exists().get_compiler(self.using).as_sql()

    def run(self, **slots: Any) -> bool:
        """The answer. A slot takes what its column's field prepared."""
        return first(self.using, self.statement, filled(self.values, slots)) is not None


def filled(values: Iterable[Any], slots: Mapping[str, Any]) -> list[Any]:
    """A statement's values, with those of this run."""
    return [slots[value.name] if isinstance(value, Slot) else value for value in values]


def first(using: str, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The one row that comes of a statement."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()  # type: ignore[no-any-return]


def prepared(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field, as slots take them."""
    connection, table = connections[router.db_for_write(model)], model._meta
    fields: dict[str, models.Field[Any, Any]] = {name: table.get_field(name) for name in values}  # type: ignore[misc]
    return {name: field.get_db_prep_save(values[name], connection) for name, field in fields.items()}


class _OfThisThread(threading.local):
    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}


_statements = _OfThisThread()


def once(key: Hashable, build: Callable[[], Statement]) -> Statement:
    """The statement of that name, built when this thread first asks for it."""
    if key not in _statements.kept:
        _statements.kept[key] = build()
    statement: Statement = _statements.kept[key]
    return statement
