"""When reminders go out, case by case: leads, nights, late bookings and outages, also while clocks change."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.schedules import KATHMANDU, LONDON, NEW_YORK, WARSAW, a_case, local
from visits_service.reminders.schedule import Reason

# --- Leads


@pytest.mark.parametrize(
    ("lead", "start", "sent"),
    [
        ("24h", "2026-06-10T10:00", "2026-06-09T10:00+02:00"),
        ("1d", "2026-06-10T10:00", "2026-06-09T10:00+02:00"),
        ("90m", "2026-06-10T13:00", "2026-06-10T11:00+02:00"),
        ("2d", "2026-06-10T10:00", "2026-06-08T10:00+02:00"),
        ("1d@10:00", "2026-06-10T18:30", "2026-06-09T10:00+02:00"),
        ("24h", "2026-03-29T12:00", "2026-03-28T11:00+01:00"),
        ("1d", "2026-03-29T12:00", "2026-03-28T12:00+01:00"),
        ("24h", "2026-10-25T12:00", "2026-10-24T13:00+02:00"),
        ("1d", "2026-10-25T12:00", "2026-10-24T12:00+02:00"),
        ("1d@10:00", "2027-03-28T09:00", "2027-03-27T10:00+01:00"),
        ("24h", "2027-10-31T12:00", "2027-10-30T13:00+02:00"),
        ("1d", "2027-10-31T12:00", "2027-10-30T12:00+02:00"),
    ],
)
def test_hours_are_elapsed_and_days_are_the_visits_calendar(lead: str, start: str, sent: str) -> None:
    case = a_case(start, lead=lead)

    answer = case.answer()

    assert local(answer) == sent


@pytest.mark.parametrize(
    ("start", "sent"),
    [("2026-03-30T11:00", "2026-03-29T03:00+02:00"), ("2026-10-26T11:00", "2026-10-25T02:30+02:00")],
)
def test_a_time_that_is_skipped_is_its_gaps_end_and_of_a_repeated_one_the_earlier(start: str, sent: str) -> None:
    case = a_case(start, lead="1d@02:30", quiet="none")

    answer = case.answer()

    assert local(answer) == sent


# --- Quiet hours


@pytest.mark.parametrize(
    ("start", "sent"),
    [
        ("2026-06-10T07:00", "2026-06-09T08:00+02:00"),
        ("2026-06-10T08:00", "2026-06-09T08:00+02:00"),
        ("2026-06-10T20:59", "2026-06-09T20:59+02:00"),
        ("2026-06-10T21:00", "2026-06-09T20:59+02:00"),
        ("2026-06-11T02:29", "2026-06-09T20:59+02:00"),
        ("2026-06-11T02:30", "2026-06-10T08:00+02:00"),
        ("2026-03-29T09:30", "2026-03-28T08:30+01:00"),
        ("2026-03-29T08:30", "2026-03-28T08:00+01:00"),
        ("2026-10-25T20:30", "2026-10-24T20:59+02:00"),
    ],
)
def test_a_night_moves_the_reminder_to_its_nearer_edge(start: str, sent: str) -> None:
    case = a_case(start)

    answer = case.answer()

    assert local(answer) == sent


@pytest.mark.parametrize(
    ("patient_zone", "sent"),
    [
        (NEW_YORK, "2026-06-09T08:00-04:00"),
        (KATHMANDU, "2026-06-09T13:45+05:45"),
        (LONDON, "2026-06-09T09:00+01:00"),
    ],
)
def test_the_night_is_where_the_patient_is(patient_zone: ZoneInfo, sent: str) -> None:
    case = a_case("2026-06-10T10:00", patient_zone=patient_zone)

    answer = case.answer()

    assert local(answer, patient_zone) == sent


@pytest.mark.parametrize(
    ("start", "quiet", "sent"),
    [
        ("2026-03-30T02:45", "21:00-02:30", "2026-03-29T03:00+02:00"),
        ("2026-03-30T03:15", "02:30-08:00", "2026-03-29T01:59+01:00"),
        ("2026-10-26T01:29", "21:00-02:30", "2026-10-25T02:30+02:00"),
        ("2026-10-26T02:10", "21:00-02:30", "2026-10-25T02:59+02:00"),
        ("2026-10-26T02:40", "02:30-08:00", "2026-10-25T02:29+01:00"),
    ],
)
def test_quiet_hours_that_turn_while_the_clock_changes_are_read_from_its_face(
    start: str, quiet: str, sent: str
) -> None:
    case = a_case(start, quiet=quiet)

    answer = case.answer()

    assert local(answer) == sent


def test_of_two_instants_equally_near_the_earlier_one_leaves_more_notice() -> None:
    case = a_case("2026-06-10T13:00", quiet="12:01-14:00")

    answer = case.answer()

    assert local(answer) == "2026-06-09T12:00+02:00"


# --- Late bookings and outages


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        ("2026-06-09T14:07", "2026-06-09T14:07+02:00"),
        ("2026-06-09T20:59", "2026-06-09T20:59+02:00"),
        ("2026-06-09T21:00", "2026-06-10T08:00+02:00"),
        ("2026-06-10T03:00", "2026-06-10T08:00+02:00"),
        ("2026-06-10T10:00", "2026-06-10T10:00+02:00"),
    ],
)
def test_a_visit_booked_inside_the_lead_is_reminded_of_at_once_or_when_the_night_is_over(now: str, answer: str) -> None:
    case = a_case("2026-06-10T12:00", now=now)

    assert local(case.answer()) == answer


@pytest.mark.parametrize(
    ("start", "now", "why"),
    [
        ("2026-06-10T12:00", "2026-06-10T10:01", Reason.TOO_LATE),
        ("2026-06-10T12:00", "2026-06-10T11:59", Reason.TOO_LATE),
        ("2026-06-10T12:00", "2026-06-10T12:00", Reason.STARTED),
        ("2026-06-10T12:00", "2026-06-11T12:00", Reason.STARTED),
        ("2026-06-10T09:59", "2026-06-09T21:00", Reason.QUIET_HOURS),
    ],
)
def test_there_is_a_reason_where_there_is_no_reminder(start: str, now: str, why: Reason) -> None:
    case = a_case(start, now=now)

    assert case.answer() is why


def test_a_lead_that_falls_into_the_notice_is_sent_just_before_it() -> None:
    case = a_case("2026-06-10T00:30", lead="1d@23:45", quiet="none")

    assert local(case.answer()) == "2026-06-09T22:30+02:00"


@pytest.mark.parametrize(
    ("now", "sent"), [("2026-06-10T11:59", "2026-06-10T11:59+02:00"), ("2026-06-10T11:59:01", Reason.TOO_LATE)]
)
def test_without_a_notice_a_reminder_still_leaves_a_minute_before_the_visit(now: str, sent: str | Reason) -> None:
    answer = dataclasses.replace(a_case("2026-06-10T12:00", now=now), notice=timedelta()).answer()

    assert (answer if isinstance(answer, Reason) else local(answer)) == sent


def test_a_visit_that_starts_within_a_minute_is_reminded_of_on_a_whole_one() -> None:
    case = a_case("2026-06-10T12:00:30")

    answer = case.answer()

    assert answer == datetime(2026, 6, 9, 10, tzinfo=UTC)


def test_the_last_seconds_before_the_night_are_still_used() -> None:
    case = a_case("2026-06-10T21:10", now="2026-06-09T20:59:30")

    answer = case.answer()

    assert answer == case.now


def test_where_only_an_hour_is_allowed_and_the_clock_skips_it_the_next_nights_hour_is_used() -> None:
    case = a_case("2026-03-31T12:00", lead="3d", quiet="03:00-02:00", now="2026-03-28T03:10")

    answer = case.answer()

    assert local(answer) == "2026-03-30T02:00+02:00"


def test_a_minute_missed_in_the_evening_is_made_up_for_in_the_morning() -> None:
    case = a_case("2026-06-10T22:00")
    missed = dataclasses.replace(case, now=datetime(2026, 6, 9, 21, 0, 5, tzinfo=WARSAW))

    answers = [case.answer(), missed.answer()]

    assert [local(answer) for answer in answers] == ["2026-06-09T20:59+02:00", "2026-06-10T08:00+02:00"]
