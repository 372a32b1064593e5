"""The charts of the overview, from what `month` has counted. Pure but for the names of states."""

from __future__ import annotations

from collections.abc import Iterable

from notifications.models import State
from servicekit.overview.board import Chart, Series
from visits_service.desk import month
from visits_service.desk.month import Counts, Span
from visits_service.reminders.models import Answer

Kind = Answer.Kind
Sort = tuple[str, tuple[str, ...], str]
"""A name, what it takes together, and its tone."""

VISITS: tuple[Sort, ...] = (
    ("Confirmed by the patient", (month.CONFIRMED,), "good"),
    ("Not confirmed", (month.UNCONFIRMED,), "look-0"),
    ("Cancelled", (month.CANCELLED,), "look-3"),
)
OUTCOMES: tuple[Sort, ...] = (
    ("Delivered", (State.DELIVERED,), "good"),
    ("Taken by the provider", (State.SENT,), "look-0"),
    ("Waiting to be sent", (State.QUEUED,), "open"),
    ("Came back or failed", (State.BOUNCED, State.FAILED), "wrong"),
)
ANSWERS: tuple[Sort, ...] = (
    ("Will come", (Kind.CONFIRM,), "good"),
    ("Ask for a call, another time, or to cancel", (Kind.CALL_ME, Kind.MOVE, Kind.CANCEL), "open"),
    ("Stop or start messages", (Kind.STOP, Kind.START), "look-1"),
    ("Something else", (Kind.OTHER, Kind.HELP), "look-3"),
)


def chart(title: str, sorts: Iterable[Sort], counts: Counts, *, shown: Span) -> Chart:
    """Thirty days, each with its sorts one upon the other."""
    series = tuple(
        Series(name, tuple(sum(counts[day, sort] for sort in together) for day in shown.days), tone)
        for name, together, tone in sorts
    )
    return Chart(title, shown.days, series, total=str(counts.total()))
