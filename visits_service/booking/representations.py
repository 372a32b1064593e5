"""What the visits API gives: visits by their own clock, their reminders, and what became of what was handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from ninja import Schema

from servicekit.openapi import ErrorOut, ErrorsOut
from visits_service.booking.intake import Taken
from visits_service.booking.judging import Problem
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit


class PatientOut(Schema):
    """A patient as they are on record; an empty text says that nobody knows."""

    external_id: str
    name: str
    email: str
    phone: str
    locale: str
    timezone: str
    channels: list[str]

    @classmethod
    def of(cls, row: Patient) -> PatientOut:
        """The row as the API shows it."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class VisitOut(Schema):
    """A visit. `starts_at` and `ends_at` have the offset of its own time zone; `version` grows when it changes."""

    external_id: str
    status: str
    version: int
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    timezone: str
    practitioner: str
    place: str
    patient: PatientOut
    confirmed_at: dt.datetime | None
    created_at: dt.datetime
    changed_at: dt.datetime

    @classmethod
    def of(cls, row: Visit) -> VisitOut:
        """The row, its patient loaded, as the API shows it."""
        zone = ZoneInfo(row.timezone)
        own: dict[str, Any] = {
            "patient": PatientOut.of(row.patient),
            "starts_at": row.starts_at.astimezone(zone),
            "ends_at": row.ends_at and row.ends_at.astimezone(zone),
        }
        rest = {name: getattr(row, name) for name in cls.model_fields.keys() - own.keys()}
        return cls(**own, **rest)


class VisitsOut(Schema):
    """A page of visits, by start; `next` is the cursor of the page behind it, null on the last one."""

    visits: list[VisitOut]
    next: str | None


class ReminderOut(Schema):
    """A reminder. `version` is the visit's that it speaks of, `reason` why there is none or why it didn't go out.

    `delivery` is how its message fares (empty before there is one), `delivery_code` the last failure's.
    """

    channel: str
    lead: str
    version: int
    state: str
    send_at: dt.datetime | None
    reason: str
    delivery: str
    delivery_code: str

    @classmethod
    def of(cls, row: Reminder) -> ReminderOut:
        """The row, its message loaded, as the API shows it."""
        return cls(
            channel=row.channel,
            lead=row.lead,
            version=row.visit_version,
            state=row.state,
            send_at=row.send_at,
            reason=row.reason,
            delivery=row.message.state if row.message else "",
            delivery_code=row.message.last_error if row.message else "",
        )


class Mistaken(ErrorsOut):
    """What is wrong with a visit, and whether it was saved in spite of that; then it is shown as it stands now.

    Without a body there is no visit to speak of, and `saved` is absent: nothing was.
    """

    saved: bool = False
    visit: VisitOut | None = None

    @classmethod
    def of(cls, taken: Taken) -> Mistaken:
        """What became of a visit with problems."""
        visit = VisitOut.of(taken.saved.visit) if taken.saved else None
        return cls(errors=errors(taken.problems), saved=visit is not None, visit=visit)


class ResultOut(Schema):
    """What became of one row: `saved`, `saved_with_errors` (without an address that can't be one) or `refused`."""

    external_id: str
    status: str
    errors: list[ErrorOut]

    @classmethod
    def of(cls, taken: Taken) -> ResultOut:
        """What became of a row; its id is empty when it didn't have one."""
        return cls(external_id=taken.external_id, status=taken.status, errors=errors(taken.problems))


class ResultsOut(Schema):
    """A result per row, in the order of the rows."""

    results: list[ResultOut]


def errors(problems: Sequence[Problem]) -> list[ErrorOut]:
    """Problems as the API shows them."""
    return [ErrorOut(field=field, message=message) for field, message in problems]
