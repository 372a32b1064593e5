"""A table that refuses what is written to it, so that work fails at that place and no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{saying}'; END $$;
CREATE TRIGGER refusing BEFORE {event} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse();
"""
TAKE_AGAIN = "DROP TRIGGER refusing ON {table}; DROP FUNCTION refuse;"


@contextmanager
def refusing(model: type[models.Model], event: str, *, when: str = "true", saying: str = "not now") -> Iterator[None]:
    """For the length of the block the table refuses this `event`, such as `INSERT`, of rows for which `when` holds."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(table=table, event=event, when=when, saying=saying.replace("'", "''")))
        try:
            yield
        finally:
            cursor.execute(TAKE_AGAIN.format(table=table))
