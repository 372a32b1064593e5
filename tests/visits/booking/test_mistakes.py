"""A wrong body changes nothing and is told what is expected; a broken address alone costs only that channel."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.visits.booking.bodies import REFUSED, UNUSABLE, VISITS, a_body
from tests.visits.builders import a_visit, next_noon, reminders_of
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
OTHER = {"email": "sms", "phone": "email"}
OF_JSON: list[tuple[str, Any, str]] = [
    ("starts_at", 1795597200, "a date and a time"),
    ("starts_at", "", "a date and a time"),
    ("ends_at", True, "a date and a time"),
    ("timezone", 1, "text in quotes"),
    ("practitioner", "\ud800", "valid Unicode"),
    ("patient", "Ada", "a JSON object"),
    ("patient.external_id", "", "1 characters or more"),
    ("patient.external_id", 7, "text in quotes"),
    ("patient.name", "  ", "1 characters or more"),
    ("patient.channels", "email", "a list"),
    ("patient.channels", ["sms", "sms"], "each channel once"),
    ("patient.channels.1", "fax", "'email' or 'sms'"),
    ("status", "confirmed", "no such field"),
    ("external_id", "visit-1", "no such field"),
    ("patient.birthday", "1990-01-01", "no such field"),
]


def put(api: Client, body: Any, *, external_id: str = "visit-1") -> Any:
    """PUT a visit."""
    return api.put(f"{VISITS}/{external_id}", body, content_type="application/json")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The usual body with one wrong value."""
    return a_body("patient.channels", ["email", value]) if path == "patient.channels.1" else a_body(path, value)


@pytest.mark.parametrize(("field", "value", "expected"), REFUSED + OF_JSON)
def test_a_wrong_value_is_refused_by_its_field_and_nothing_changes(
    api: Client, field: str, value: Any, expected: str
) -> None:
    response = put(api, changed(field, value))

    answer = response.json()
    assert response.status_code == 422
    assert (answer["saved"], answer["visit"]) == (False, None)
    assert [error["field"] for error in answer["errors"]] == [field]
    assert expected in answer["errors"][0]["message"]
    assert not Visit.objects.exists()
    assert not Patient.objects.exists()


@pytest.mark.parametrize("field", ["starts_at", "patient", "patient.external_id", "patient.name"])
@pytest.mark.parametrize("null", [True, False])
def test_a_missing_field_is_named(api: Client, field: str, null: bool) -> None:
    body = a_body(field, None)
    if not null:
        place = body["patient"] if field.startswith("patient.") else body
        del place[field.removeprefix("patient.")]

    response = put(api, body)

    assert response.status_code == 422
    assert {"field": field, "message": "expected, but it is missing"} in response.json()["errors"]
    assert not Visit.objects.exists()


def test_every_mistake_is_named_at_once_and_a_broken_address_among_them_saves_nothing(api: Client) -> None:
    body = a_body("timezone", "Warsaw") | {"ends_at": "soon"}
    body["patient"] |= {"phone": "112", "locale": "klingon", "name": ""}

    response = put(api, body)

    fields = sorted(error["field"] for error in response.json()["errors"])
    assert fields == ["ends_at", "patient.locale", "patient.name", "patient.phone", "timezone"]
    assert not response.json()["saved"]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("body", ["[]", "null", '"visit"', "7"])
def test_a_body_that_is_no_object_saves_nothing(api: Client, body: str) -> None:
    response = put(api, body)

    assert response.status_code == 422
    assert {"field", "message"} == set(response.json()["errors"][0])


@pytest.mark.parametrize("body", ["", "{", "\x00", b"\xff\xfe"])
def test_a_body_that_cannot_be_read_gets_an_error_in_the_same_shape(api: Client, body: str | bytes) -> None:
    response = put(api, body)

    assert response.status_code in {400, 422}
    assert {"field", "message"} == set(response.json()["errors"][0])


@pytest.mark.parametrize("external_id", ["a%20b", "%00", "v" * 101, "caf%C3%A9", ".."])
def test_an_id_that_cannot_be_one_is_named(api: Client, external_id: str) -> None:
    saved = put(api, a_body(), external_id=external_id)
    asked = api.get(f"{VISITS}/{external_id}")

    assert (saved.status_code, asked.status_code) == (422, 422)
    assert saved.json()["errors"] == asked.json()["errors"]
    assert saved.json()["saved"] is False
    assert saved.json()["errors"][0]["field"] == "external_id"
    assert "printable ASCII characters" in saved.json()["errors"][0]["message"]


def test_a_body_over_one_mebibyte_is_refused(api: Client) -> None:
    response = put(api, a_body("practitioner", "x" * 1024 * 1024))

    assert response.status_code == 413
    assert response.json() == {"errors": [{"field": "", "message": "the request is larger than 1 MiB"}]}


@pytest.mark.parametrize(("field", "value", "expected"), UNUSABLE)
def test_a_broken_address_is_named_and_the_visit_is_saved_for_the_other_channel(
    api: Client, field: str, value: str, expected: str
) -> None:
    response = put(api, a_body(f"patient.{field}", value))

    answer = response.json()
    visit = Visit.objects.get()
    assert response.status_code == 422
    assert [error["field"] for error in answer["errors"]] == [f"patient.{field}"]
    assert expected in answer["errors"][0]["message"]
    assert answer["saved"] is True
    assert answer["visit"] == api.get(f"{VISITS}/visit-1").json()
    assert answer["visit"]["patient"][field] == ""
    assert sorted(reminders_of(visit)) == [OTHER[field]]


def test_two_broken_addresses_leave_a_visit_that_nobody_can_be_reminded_of(api: Client) -> None:
    body = a_body("patient.email", "ada")
    body["patient"]["phone"] = 48601000001

    response = put(api, body)

    assert response.json()["saved"] is True
    assert sorted(error["field"] for error in response.json()["errors"]) == ["patient.email", "patient.phone"]
    assert reminders_of(Visit.objects.get()) == {}


def test_a_broken_phone_clears_the_one_on_record_for_every_visit_of_the_patient(api: Client) -> None:
    other = a_visit("other", starts_at=next_noon(days=9))
    put(api, a_body())

    put(api, a_body("patient.phone", "601 000"))

    assert Patient.objects.get().phone == ""
    assert {row.channel for row in Reminder.objects.filter(state="planned")} == {"email"}
    assert sorted(reminders_of(other)) == ["email", "sms"]
    assert reminders_of(other)["sms"].state == Reminder.State.VOID


def test_a_number_without_a_plus_needs_a_country(api: Client, settings: Any) -> None:
    settings.CLINIC_COUNTRY = ""

    response = put(api, a_body("patient.phone", "601 000 001"))

    assert "with its country" in response.json()["errors"][0]["message"]


def test_the_answer_never_quotes_what_was_wrong(api: Client) -> None:
    body = a_body("timezone", "marker/zone") | {"starts_at": "marker-start", "marker": 1, "place": "marker\x07"}
    body["patient"] |= {"email": "marker", "phone": "marker", "locale": "marker", "channels": ["marker"]}

    response = put(api, body)

    messages = [error["message"] for error in response.json()["errors"]]
    assert len(messages) == 8
    assert not [message for message in messages if "marker" in message]
