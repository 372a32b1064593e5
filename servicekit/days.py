"""A day as somebody writes it, in an address or on a command line. Pure."""

from __future__ import annotations

from datetime import date

FIRST, LAST = date(1, 1, 3), date(9999, 12, 29)
"""Python's calendar ends on both sides of these: the instants of a day, and of its neighbours, have to exist."""


def written(text: str) -> date:
    """The day of `2026-11-25`. Raises ValueError, also for one at the edge of the calendar."""
    return within_the_calendar(date.fromisoformat(text))


def within_the_calendar(day: date) -> date:
    """The day, if it and its neighbours have instants in every time zone. Raises ValueError."""
    if not FIRST <= day <= LAST:
        raise ValueError(f"expected a day from {FIRST} to {LAST}")
    return day
