"""Rows as JSON takes them: only the columns that are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model


def rows(found: Iterable[Model], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Each row with these columns; instants as ISO 8601."""
    return [{column: value(getattr(row, column)) for column in columns} for row in found]


def value(kept: Any) -> Any:
    """One value."""
    return kept.isoformat() if isinstance(kept, datetime | date) else kept
