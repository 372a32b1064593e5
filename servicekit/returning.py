"""Insert a row and read its key in one statement, whether or not there is one like it: Django can't yet."""

from __future__ import annotations

from typing import Any

from django.db import connections, models, router
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery


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
