"""Visits a page at a time: by start, filtered, and none of them skipped or shown twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.visits.booking.bodies import VISITS, a_row
from tests.visits.builders import a_patient, a_visit, next_noon
from visits_service.booking import services as booking
from visits_service.visits import services as visits
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db


def ids(api: Client, **asked: Any) -> list[str]:
    """The visits of the first page."""
    response = api.get(VISITS, asked)
    assert response.status_code == 200, response.content
    return [visit["external_id"] for visit in response.json()["visits"]]


def walk(api: Client, *, limit: int, between: Any = None) -> list[str]:
    """The visits of every page, doing something between the first and the second one."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    for page in range(20):
        answer = api.get(VISITS, cursor | {"limit": str(limit)}).json()
        found += [visit["external_id"] for visit in answer["visits"]]
        if page == 0 and between:
            between()
        if answer["next"] is None:
            return found
        cursor = {"cursor": answer["next"]}
    raise AssertionError("the pages don't end")


def some_visits(*days: int) -> list[str]:
    """Visits so many days from today, in that order; two of one day start at the same time."""
    return [
        a_visit(f"visit-{number}", starts_at=next_noon(days=day), patient=a_patient(f"patient-{number}")).external_id
        for number, day in enumerate(days)
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 500])
def test_pages_hold_each_visit_once_in_the_order_of_their_starts(api: Client, limit: int) -> None:
    names = some_visits(5, 3, 4, 3, 3, 9)

    found = walk(api, limit=limit)

    assert found == [names[number] for number in (1, 3, 4, 2, 0, 5)]


def test_visits_that_come_while_somebody_turns_pages_shift_nothing(api: Client) -> None:
    names = some_visits(5, 6, 7, 8)

    found = walk(api, limit=2, between=lambda: a_visit("early", starts_at=next_noon(days=2)))

    assert found == names


def test_no_visits_are_one_empty_page(api: Client) -> None:
    assert api.get(VISITS).json() == {"visits": [], "next": None}


def test_filters_choose_by_start_status_patient_and_change(api: Client) -> None:
    now = timezone.now()
    some_visits(3, 4, 5)
    booking.cancel("visit-1", at=now + timedelta(hours=1))
    noon = next_noon(days=4)

    assert ids(api, **{"from": noon.isoformat()}) == ["visit-1", "visit-2"]
    assert ids(api, to=noon.isoformat()) == ["visit-0"]
    assert ids(api, **{"from": noon.date().isoformat(), "to": (noon.date() + timedelta(days=1)).isoformat()}) == [
        "visit-1"
    ]
    assert ids(api, status="cancelled") == ["visit-1"]
    assert ids(api, status="booked", patient="patient-2") == ["visit-2"]
    assert ids(api, patient="nobody") == []
    assert ids(api, updated_since=(now + timedelta(minutes=30)).isoformat()) == ["visit-1"]


def test_a_day_is_the_clinics(api: Client) -> None:
    midnight_in_warsaw = next_noon(days=20).replace(hour=23, minute=30)  # half past midnight there, or an hour later
    a_visit(starts_at=midnight_in_warsaw)

    day = (midnight_in_warsaw.date() + timedelta(days=1)).isoformat()

    assert ids(api, **{"from": day}) == ["visit-1"]
    assert ids(api, to=day) == []


def test_a_visit_that_was_finished_counts_as_changed(api: Client) -> None:
    a_visit(starts_at=next_noon(days=-3), at=next_noon(days=-9))
    before = timezone.now()

    visits.finish_past(now=timezone.now())

    assert ids(api, updated_since=before.isoformat(), status="done") == ["visit-1"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("from", "tomorrow", "2026-11-25"),
        ("from", "2026-11-25T10:00:00 01:00", "%2B"),
        ("to", "2026-13-01", "2026-11-25"),
        ("updated_since", "0001-01-01T00:00:00+14:00", "2026-11-25"),
        ("status", "lost", "'booked'"),
        ("patient", "a\x00b", "expected"),
        ("patient", "p" * 101, "at most 100 characters"),
        ("limit", "0", "1 or more"),
        ("limit", "501", "at most 500"),
        ("limit", "many", "a whole number"),
        ("cursor", "nonsense", "`next`"),
        ("cursor", "AAAA", "`next`"),
        ("cursor", "é", "`next`"),
        ("form", "2026-11-25", "no such parameter"),
    ],
)
def test_a_wrong_parameter_is_named(api: Client, name: str, value: str, expected: str) -> None:
    response = api.get(VISITS, {name: value})

    (error,) = response.json()["errors"]
    assert response.status_code == 422
    assert error["field"] == name
    assert expected in error["message"]


def test_a_page_costs_the_same_few_statements_whatever_its_length(api: Client) -> None:
    api.post(f"{VISITS}:batch", {"visits": [a_row(f"v{n}") for n in range(30)]}, content_type="application/json")

    with CaptureQueriesContext(
        connection,
    ) as one:
        ids(api, limit=1)
    with CaptureQueriesContext(connection) as many:
        found = ids(api, limit=30)

    assert len(found) == Visit.objects.count() == 30
    assert len(one) == len(many)
