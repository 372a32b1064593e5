"""Visits that the clinic hands in, by the API, in a file or in a form: saved, or told what is expected instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from visits_service.booking import schemas, services
from visits_service.booking.judging import Judged, Problem
from visits_service.booking.services import Saved
from visits_service.visits import selectors
from visits_service.visits.services import VisitData

FARTHEST = timedelta(days=3 * 366)
IN_THE_PAST = "expected a start that is still to come"
TOO_FAR = "expected a time within three years from now"


class Status(StrEnum):
    """What became of a visit that was handed in."""

    SAVED = "saved"
    SAVED_WITH_ERRORS = "saved_with_errors"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """One visit that was handed in: as it stands now, or None when it was refused; and the problems with it."""

    external_id: str
    saved: Saved | None
    problems: tuple[Problem, ...] = ()

    @property
    def status(self) -> Status:
        """`saved_with_errors` is a visit whose patient has lost an address that can't be one."""
        if self.saved is None:
            return Status.REFUSED
        return Status.SAVED_WITH_ERRORS if self.problems else Status.SAVED


def take(handed: Judged[schemas.VisitIn], *, external_id: str, at: datetime) -> Taken:
    """Save a visit and plan its reminders in one transaction, or change nothing and say why."""
    wrong_id = list(problems_with_id(external_id))
    if handed.body is None or wrong_id:
        return Taken(external_id, None, (*wrong_id, *handed.problems))
    visit = handed.body.data(external_id)
    wrong_times = list(problems_with_times(visit, at=at))
    if wrong_times:
        return Taken(external_id, None, (*wrong_times, *handed.problems))
    return Taken(external_id, services.save(visit, handed.body.patient.data(), at=at), handed.problems)


def take_row(handed: Judged[schemas.RowIn], *, at: datetime) -> Taken:
    """The same for one of many, which carries its id itself."""
    if handed.body is None:
        return Taken(handed.name, None, handed.problems)
    return take(handed, external_id=handed.body.external_id, at=at)


def problems_with_id(external_id: str) -> Iterator[Problem]:
    """What is wrong with an id that came in an address."""
    try:
        schemas.visit_id(external_id)
    except ValueError as wrong:
        yield "external_id", str(wrong)


def problems_with_times(visit: VisitData, *, at: datetime) -> Iterator[Problem]:
    """What the clock has against a visit; one that is on record with that very start may be handed in again."""
    if visit.starts_at <= at and not selectors.is_on_record(visit.external_id, starts_at=visit.starts_at):
        yield "starts_at", IN_THE_PAST
    for field in ("starts_at", "ends_at"):
        instant = getattr(visit, field)
        if instant and instant > at + FARTHEST:
            yield field, TOO_FAR
