"""Update rows and read them in one statement, which PostgreSQL and SQLite can do and Django can't yet."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connections, models
from django.db.models.sql import UpdateQuery

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
