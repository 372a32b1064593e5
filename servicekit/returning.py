"""Write rows and read them in one statement, which PostgreSQL and SQLite can do and Django can't yet."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connections, models, router
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

Row = TypeVar("Row", bound=models.Model)

WITHOUT_WAITING = "set_config('synchronous_commit', 'off', true) AS waits_for_disk"
"""Read back with the rows, since a statement of its own would cost what it saves; holds until the transaction ends."""


def update(rows: models.QuerySet[Row], *, reading: str = "*", lasting: bool = True, **changes: Any) -> list[Row]:
    """The rows that were changed, in no order; `rows` must be of one table and neither sliced nor annotated.

    As `QuerySet.update`, whose statement it runs, with every column read back, or those of `reading` (in SQL, the key
    among them). Where a change isn't `lasting`, its whole transaction doesn't wait for PostgreSQL's disk: if the
    database itself crashes within a moment, it may not have happened, unless something later that lasts was committed.
    """
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(changes)
    statement, values = query.get_compiler(rows.db).as_sql()
    waits = lasting or connections[rows.db].vendor != "postgresql"
    read = reading if waits else f"{reading}, {WITHOUT_WAITING}"
    return list(rows.model._default_manager.raw(f"{statement} RETURNING {read}", values))


def insert(row: models.Model) -> int | None:
    """The new row's key, which is a number; None where a unique constraint has one like it already, which stays.

    As `bulk_create` of this one with `ignore_conflicts`, whose statement it runs; another transaction that inserts
    the same is waited for.
    """
    table = type(row)._meta
    fields = [field for field in table.concrete_fields if not field.primary_key]
    using = connections[router.db_for_write(type(row))]
    query: Any = InsertQuery(type(row), on_conflict=OnConflict.IGNORE)
    query.insert_values(fields, [row])
    [(statement, values)] = query.get_compiler(connection=using).as_sql()
    with using.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {using.ops.quote_name(str(table.pk.column))}", values)
        inserted = cursor.fetchone()
    return inserted[0] if inserted else None
