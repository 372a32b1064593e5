"""Many visits at once: each is saved by itself, and each has its own result."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.visits.booking.bodies import REFUSED, UNUSABLE, VISITS, a_row
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db


def put_all(api: Client, rows: Any) -> Any:
    """POST a batch."""
    return api.post(f"{VISITS}:batch", {"visits": rows}, content_type="application/json")


def test_one_bad_row_among_a_thousand_stops_none_of_the_others(api: Client) -> None:
    rows = [a_row(f"visit-{number}") for number in range(1_000)]
    rows[500] = a_row("visit-500", "starts_at", "2020-11-25T10:00:00Z")

    response = put_all(api, rows)

    results = response.json()["results"]
    assert response.status_code == 200
    assert [result["external_id"] for result in results] == [f"visit-{number}" for number in range(1_000)]
    assert [result for result in results if result["status"] != "saved"] == [
        {
            "external_id": "visit-500",
            "status": "refused",
            "errors": [{"field": "starts_at", "message": "expected a start that is still to come"}],
        }
    ]
    assert Visit.objects.count() == 999
    assert Reminder.objects.filter(state="planned").count() == 2 * 999


def test_the_same_batch_again_changes_nothing(api: Client) -> None:
    rows = [a_row(f"visit-{number}") for number in range(3)]
    first = put_all(api, rows)
    kept = list(Visit.objects.values()), list(Reminder.objects.values())

    again = put_all(api, rows)

    assert again.json() == first.json()
    assert (list(Visit.objects.values()), list(Reminder.objects.values())) == kept


def test_every_kind_of_bad_row_is_refused_by_itself(api: Client) -> None:
    bad = [a_row(f"bad-{number}", path, value) for number, (path, value, _) in enumerate(REFUSED)]
    rows = [*bad, a_row("good"), *bad]

    results = put_all(api, rows).json()["results"]

    named = [{error["field"] for error in result["errors"]} for result in results]
    assert named == [*[{path} for path, _, _ in REFUSED], set(), *[{path} for path, _, _ in REFUSED]]
    assert [result["status"] for result in results if result["status"] != "refused"] == ["saved"]
    assert set(Visit.objects.values_list("external_id", flat=True)) == {"good"}


def test_a_row_with_a_broken_address_is_saved_without_it(api: Client) -> None:
    rows = [a_row(f"visit-{number}", f"patient.{field}", value) for number, (field, value, _) in enumerate(UNUSABLE)]

    results = put_all(api, rows).json()["results"]

    assert {result["status"] for result in results} == {"saved_with_errors"}
    assert [result["errors"][0]["field"] for result in results] == [f"patient.{field}" for field, _, _ in UNUSABLE]
    assert Reminder.objects.count() == Visit.objects.count() == len(UNUSABLE)


@pytest.mark.parametrize(
    ("row", "named", "field"),
    [
        (7, "", ""),
        (None, "", ""),
        ([], "", ""),
        ({}, "", "starts_at"),
        (a_row("visit-1") | {"external_id": None}, "", "external_id"),
        (a_row("visit-1") | {"external_id": 7}, "", "external_id"),
        (a_row("a/b"), "a/b", "external_id"),
        (a_row("a b"), "a b", "external_id"),
    ],
)
def test_a_row_that_is_no_visit_is_refused_by_itself(api: Client, row: Any, named: str, field: str) -> None:
    results = put_all(api, [row, a_row("good")]).json()["results"]

    assert (results[0]["external_id"], results[0]["status"]) == (named, "refused")
    assert results[0]["errors"][0]["field"] == field
    assert results[1] == {"external_id": "good", "status": "saved", "errors": []}


@pytest.mark.parametrize(
    ("visits", "expected"), [([], "1 entries or more"), ([a_row("v")] * 1_001, "at most 1000 entries"), ({}, "a list")]
)
def test_a_batch_of_none_or_of_too_many_is_refused(api: Client, visits: Any, expected: str) -> None:
    response = put_all(api, visits)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "visits"
    assert expected in response.json()["errors"][0]["message"]
    assert not Visit.objects.exists()
