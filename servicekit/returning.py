"""Update rows and read them in one statement, which PostgreSQL and SQLite can do and Django can't yet."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row", bound=models.Model)


def update(rows: models.QuerySet[Row], **changes: Any) -> list[Row]:
    """The rows that were changed, in no order; `rows` must be of one table and neither sliced nor annotated.

    As `QuerySet.update`, whose statement it runs, with every column read back.
    """
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(changes)
    statement, values = query.get_compiler(rows.db).as_sql()
    return list(rows.model._default_manager.raw(f"{statement} RETURNING *", values))
