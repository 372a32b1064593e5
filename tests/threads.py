"""Work in other threads, with the database connections that they open closed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connections


def in_thread(work: Callable[[], Any]) -> Any:
    """What the work returns; the database connection that its thread opened is closed."""
    try:
        return work()
    finally:
        connections.close_all()
