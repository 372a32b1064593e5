"""Whom the clinic reaches before the visits of a day, and whom somebody has to call. Nothing here writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from notifications.models import State as MessageState
from servicekit import days
from visits_service.reminders import planning, wall_clock
from visits_service.reminders.models import Reminder
from visits_service.visits import consent, selectors
from visits_service.visits.consent import Refusal
from visits_service.visits.models import Patient, Visit

State = Reminder.State
TAKES_PLACE = (Visit.Status.BOOKED, Visit.Status.CONFIRMED, Visit.Status.DONE)
ACCEPTED = (MessageState.SENT, MessageState.DELIVERED)


class Outcome(StrEnum):
    """How far the reminding of one visit has come; the best that can be said of it, in this order."""

    REMINDED = "reminded"
    TO_COME = "to_come"
    OPTED_OUT = "opted_out"
    NO_CONTACT = "no_contact"
    NOT_WANTED = "not_wanted"
    FAILED = "failed"
    EXPIRED = "expired"


DAYS_AHEAD = {"today": 0, "tomorrow": 1}
REACHED = (Outcome.REMINDED, Outcome.TO_COME)


@dataclass(frozen=True, slots=True)
class Line:
    """One visit. `starts_at` is by the visit's clock; `delivered` says that a provider has reported the arrival.

    `reason` is a code: why the last reminder didn't reach the patient, or why there is none.
    """

    external_id: str
    starts_at: datetime
    practitioner: str
    place: str
    name: str
    phone: str
    email: str
    outcome: Outcome
    reason: str
    delivered: bool
    confirmed: bool

    @property
    def why(self) -> str:
        """Outcome and reason in words."""
        words = dict.fromkeys((self.outcome.value, self.reason)) if self.reason else (self.outcome.value,)
        return ": ".join(words).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every visit of a day by the clinic's calendar, the earliest first, and who of them has to be called.

    To call are patients whom nothing has reached and nothing will, and who haven't confirmed; not once it has begun.
    """

    day: date
    lines: tuple[Line, ...]
    to_call: tuple[Line, ...]

    def counts(self) -> dict[str, int]:
        """How many visits, how many of them with each outcome, and how many delivered and confirmed."""
        outcomes = Counter(line.outcome for line in self.lines)
        return {
            "visits": len(self.lines),
            **{outcome.value: outcomes[outcome] for outcome in Outcome},
            "delivered": sum(line.delivered for line in self.lines),
            "confirmed": sum(line.confirmed for line in self.lines),
            "to_call": len(self.to_call),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """One reminder of a visit's present version, and how its message fares; `message` is empty where there is none."""

    state: str
    reason: str
    crash: str
    message: str
    failure: str

    @property
    def arrived(self) -> bool:
        """A provider has taken it, or did so long ago that the message isn't kept any more."""
        return self.state == State.QUEUED and self.message in ("", *ACCEPTED)

    @property
    def to_come(self) -> bool:
        """It is planned, and nothing was wrong with it, or it is on its way."""
        return (self.state == State.PLANNED and not self.crash) or (
            self.state == State.QUEUED and self.message == MessageState.QUEUED
        )

    @property
    def failed(self) -> bool:
        """It didn't arrive, or couldn't be written."""
        return self.state in (State.FAILED, State.QUEUED) or bool(self.crash)


def clinic() -> ZoneInfo:
    """The clinic's clock."""
    return ZoneInfo(settings.CLINIC_TIME_ZONE)


def day_named(text: str, *, now: datetime) -> date:
    """`today`, `tomorrow` or a date as YYYY-MM-DD, by the clinic's calendar; raises ValueError for anything else."""
    if text in DAYS_AHEAD:
        return now.astimezone(clinic()).date() + timedelta(days=DAYS_AHEAD[text])
    return days.written(text)


def of_day(day: date, *, now: datetime) -> Coverage:
    """The coverage of the clinic's whole day, with three queries however many visits it has."""
    first, end = wall_clock.day(day, zone=clinic())
    visits = list(selectors.starting_between(first, end).filter(status__in=TAKES_PLACE))
    told = told_between(first, end)
    refusals = consent.refusals_of(visit.patient for visit in visits)
    lines = tuple(line(visit, told[visit.pk], refusals) for visit in visits)
    return Coverage(day, lines, tuple(each for each in lines if has_to_be_called(each, now=now)))


def told_between(first: datetime, end: datetime) -> Mapping[int, list[Told]]:
    """The reminders of each visit that starts in this span, by its primary key."""
    rows = Reminder.objects.filter(
        visit__starts_at__gte=first, visit__starts_at__lt=end, visit_version=F("visit__version")
    )
    fields = ("visit", "state", "reason", "last_error", "message__state", "message__last_error")
    told: dict[int, list[Told]] = defaultdict(list)
    for visit, state, reason, crash, message, failure in rows.order_by("pk").values_list(*fields):
        told[visit].append(Told(state, reason, crash, message or "", failure or ""))
    return told


def line(visit: Visit, told: Sequence[Told], refusals: Set[Refusal]) -> Line:
    """The line of one visit."""
    patient = visit.patient
    outcome, reason = outcome_of(patient, told, refusals)
    return Line(
        external_id=visit.external_id,
        starts_at=visit.starts_at.astimezone(ZoneInfo(visit.timezone)),
        practitioner=visit.practitioner,
        place=visit.place,
        name=patient.name,
        phone=patient.phone,
        email=patient.email,
        outcome=outcome,
        reason=reason,
        delivered=any(each.message == MessageState.DELIVERED for each in told),
        confirmed=visit.confirmed_at is not None,
    )


def outcome_of(patient: Patient, told: Sequence[Told], refusals: Set[Refusal]) -> tuple[Outcome, str]:
    """The best that can be said, and why it isn't better."""
    if any(each.arrived for each in told):
        return Outcome.REMINDED, ""
    if any(each.to_come for each in told):
        return Outcome.TO_COME, ""
    if shut := shut_out(patient, refusals):
        return shut, shut.value
    if failed := [each for each in told if each.failed]:
        return Outcome.FAILED, failed[-1].failure or failed[-1].reason or failed[-1].crash
    return Outcome.EXPIRED, told[-1].reason if told else ""


def shut_out(patient: Patient, refusals: Set[Refusal]) -> Outcome | None:
    """Why no channel leads to this patient; None where one does."""
    why = {consent.obstacle(patient, channel, refusals) for channel in planning.offered(patient.channels)}
    if not why:
        return Outcome.NOT_WANTED
    if "" in why:
        return None
    return Outcome.OPTED_OUT if "opted_out" in why else Outcome.NO_CONTACT


def has_to_be_called(line: Line, *, now: datetime) -> bool:
    """Whether only a call can still tell this patient."""
    return line.outcome not in REACHED and not line.confirmed and line.starts_at > now
