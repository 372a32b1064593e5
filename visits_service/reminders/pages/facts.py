"""What a visit's page says of it: when, where and with whom, by the visit's own clock and in the patient's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from servicekit.words import Words
from visits_service.reminders import clinic, planning, when
from visits_service.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Facts:
    """Ready to be read. `clock` is there only where the time alone could be misread; `where` has a line per line."""

    day: str
    time: str
    clock: str
    where: tuple[str, ...]
    practitioner: str


def facts_of(visit: Visit, *, words: Words) -> Facts:
    """The visit as it is now."""
    held = planning.appointment(visit)
    starts = held.start.astimezone(held.zone)
    place = (visit.place,) if visit.place else ()
    return Facts(
        day=when.day_text(starts.date(), words.locale),
        time=" – ".join(when.time_text(each, words.locale) for each in times_of(visit, starts)),
        clock=when.zone_text(starts, held, words.locale) if when.is_ambiguous(starts, held.patient_zone) else "",
        where=place + clinic.profile().address,
        practitioner=visit.practitioner,
    )


def times_of(visit: Visit, starts: datetime) -> list[time]:
    """When it starts and, where that is known and the same day, when it ends."""
    ends = visit.ends_at.astimezone(starts.tzinfo) if visit.ends_at else starts
    known = [starts, ends] if ends > starts and ends.date() == starts.date() else [starts]
    return [each.time().replace(second=0, microsecond=0) for each in known]
