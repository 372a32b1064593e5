"""What a visit's page says of it: when, where and with whom, by the visit's own clock and in the patient's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import dates
from django.conf import settings

from servicekit.words import Words
from visits_service.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Facts:
    """Ready to be read. `clock` is there only for a patient who lives by another one; `where` has a line per line."""

    date: str
    time: str
    clock: str
    where: tuple[str, ...]
    practitioner: str


def facts_of(visit: Visit, *, words: Words) -> Facts:
    """The visit as it is now."""
    starts = visit.starts_at.astimezone(ZoneInfo(visit.timezone))
    return Facts(
        date=dates.format_date(starts, "full", locale=words.locale),
        time=time_of(visit, starts, words=words),
        clock=clock_of(visit, starts, words=words),
        where=tuple(line for line in (visit.place, *settings.CLINIC_ADDRESS.splitlines()) if line),
        practitioner=visit.practitioner,
    )


def time_of(visit: Visit, starts: datetime, *, words: Words) -> str:
    """The time of day at which it starts, and the one at which it ends when that is known and the same day."""
    start = dates.format_time(starts, "short", locale=words.locale)
    ends = visit.ends_at and visit.ends_at.astimezone(starts.tzinfo)
    if not ends or ends.date() != starts.date():
        return start
    return f"{start} – {dates.format_time(ends, 'short', locale=words.locale)}"


def clock_of(visit: Visit, starts: datetime, *, words: Words) -> str:
    """Whose clock that is, where the patient's shows another time at that moment."""
    own = starts.astimezone(ZoneInfo(visit.patient.timezone or visit.timezone))
    if own.utcoffset() == starts.utcoffset():
        return ""
    return str(dates.get_timezone_location(starts, locale=words.locale))
