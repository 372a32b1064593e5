"""When a visit is, in the form of the reader's language, by the clock of the visit. Pure; for `texts` and `letters`.

A thousand reminders that are written together speak of few days and times, so each form is made once and kept.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale, dates

from visits_service.reminders import wall_clock
from visits_service.reminders.schedule import Appointment
from visits_service.reminders.wall_clock import DayWord

KEPT = 4096
SHORT_DAY = "MMMEd"
"""Weekday, day and month in the short form of the language: CLDR's name for `Wed, Nov 25`."""


@dataclass(frozen=True, slots=True)
class When:
    """One visit's day and time in words.

    `word` is there if the day has one at the moment of reading: `day` and `short_day` are its date in full and as
    short as it can be. `zone` is empty unless the time alone could be misread.
    """

    word: DayWord | None
    day: str
    short_day: str
    time: str
    zone: str


def of(visit: Appointment, *, locale: Locale, now: datetime) -> When:
    """The words for somebody who reads them now."""
    local = visit.start.astimezone(visit.zone)
    named = wall_clock.day_word(now, start=visit.start, zone=visit.zone)
    return When(
        word=named if isinstance(named, DayWord) else None,
        day=day_text(local.date(), locale),
        short_day=short_day_text(local.date(), locale),
        time=time_text(time(local.hour, local.minute), locale),
        zone=zone_text(local, visit, locale) if is_ambiguous(local, visit.patient_zone) else "",
    )


def is_ambiguous(local: datetime, patient_zone: ZoneInfo) -> bool:
    """Whether the time alone could be misread.

    By a patient whose own clock shows another one, or in the night in which the visit's clock shows it twice.
    """
    comes_twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return comes_twice or local.utcoffset() != local.astimezone(patient_zone).utcoffset()


def zone_text(local: datetime, visit: Appointment, locale: Locale) -> str:
    """`Warsaw (UTC+01:00)`."""
    city, offset = dates.get_timezone_location(visit.zone, locale=locale, return_city=True), f"{local:%z}"
    return f"{city} (UTC{offset[:3]}:{offset[3:5]})"


@functools.lru_cache(KEPT)
def time_text(local: time, locale: Locale) -> str:
    """`10:30`, `10:30 AM`."""
    return dates.format_time(local, format="short", locale=locale)


@functools.lru_cache(KEPT)
def day_text(local: date, locale: Locale) -> str:
    """`Wednesday, November 25, 2026`."""
    return dates.format_date(local, format="full", locale=locale)


@functools.lru_cache(KEPT)
def short_day_text(local: date, locale: Locale) -> str:
    """`Wed, Nov 25`."""
    return dates.format_skeleton(SHORT_DAY, datetime.combine(local, time.min), locale=locale)
