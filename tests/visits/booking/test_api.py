"""The booking system's door: a visit put is saved and planned, and asked for again it is the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from tests.visits.booking.bodies import VISITS, a_body
from tests.visits.builders import OTHER_TOKEN, TOKEN, a_patient, a_visit, next_noon, reminders_of
from visits_service.reminders.models import Reminder
from visits_service.visits import services as visits
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
PATHS = [
    ("PUT", f"{VISITS}/visit-1"),
    ("GET", f"{VISITS}/visit-1"),
    ("GET", VISITS),
    ("GET", f"{VISITS}/visit-1/reminders"),
    ("POST", f"{VISITS}/visit-1/cancel"),
    ("POST", f"{VISITS}/visit-1/rebook"),
    ("POST", f"{VISITS}:batch"),
]
STRANGERS = [None, "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN]


def put(api: Client, body: Any, *, external_id: str = "visit-1") -> Any:
    """PUT a visit."""
    return api.put(f"{VISITS}/{external_id}", body, content_type="application/json")


def test_a_new_visit_is_saved_planned_and_shown_by_its_own_clock(api: Client) -> None:
    body = a_body()

    response = put(api, body)

    shown = response.json()
    starts_at = next_noon().astimezone(ZoneInfo("Europe/Warsaw"))
    visit = Visit.objects.get()
    assert response.status_code == 201
    assert {name: shown.pop(name)[:16] for name in ("created_at", "changed_at")}.keys() == {"created_at", "changed_at"}
    assert shown == body | {
        "external_id": "visit-1",
        "status": "booked",
        "version": 1,
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=30)).isoformat(),
        "patient": body["patient"] | {"timezone": ""},
        "confirmed_at": None,
    }
    assert sorted(reminders_of(visit)) == ["email", "sms"]


def test_the_same_visit_put_again_changes_nothing(api: Client) -> None:
    first = put(api, a_body())
    rows = list(Visit.objects.values()), list(Patient.objects.values()), list(Reminder.objects.values())

    again = put(api, a_body())

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (list(Visit.objects.values()), list(Patient.objects.values()), list(Reminder.objects.values())) == rows


def test_a_visit_put_at_another_time_is_moved_with_its_reminders(api: Client) -> None:
    put(api, a_body())

    moved = put(api, a_body() | {"starts_at": next_noon(days=9).isoformat(), "ends_at": None})

    assert (moved.status_code, moved.json()["version"]) == (200, 2)
    assert {row.send_at for row in reminders_of(Visit.objects.get()).values()} == {next_noon(days=8)}


def test_what_is_left_out_or_null_is_unknown_from_then_on(api: Client) -> None:
    put(api, a_body())
    patient = {"external_id": "patient-1", "name": "Ada Nowak", "email": None}

    response = put(api, {"starts_at": next_noon().isoformat(), "patient": patient})

    shown = response.json()
    assert response.status_code == 200
    assert (shown["ends_at"], shown["practitioner"], shown["place"]) == (None, "", "")
    assert shown["timezone"] == "Europe/Warsaw"
    assert shown["patient"] == {
        "external_id": "patient-1", "name": "Ada Nowak", "email": "", "phone": "",
        "locale": "", "timezone": "", "channels": ["email", "sms"],
    }  # fmt: skip
    assert not Reminder.objects.filter(due_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("{year}-01-15T10:00", "Europe/Warsaw", "{year}-01-15T09:00"),
        ("{year}-07-15T10:00", None, "{year}-07-15T08:00"),
        ("{year}-01-15 10:00:00", "Asia/Kathmandu", "{year}-01-15T04:15"),
        ("{year}-01-15T10:00:00-05:00", "Europe/Warsaw", "{year}-01-15T15:00"),
        ("{year}-01-15t10:00z", "America/New_York", "{year}-01-15T10:00"),
        ("{year}-01-15T10:00+0100", None, "{year}-01-15T09:00"),
    ],
)
def test_a_time_is_read_with_its_offset_or_by_the_clock_of_the_zone(
    api: Client, written: str, zone: str | None, instant: str
) -> None:
    year = timezone.now().year + 1

    put(api, a_body() | {"starts_at": written.format(year=year), "ends_at": None, "timezone": zone})

    visit = Visit.objects.get()
    assert visit.starts_at == datetime.fromisoformat(instant.format(year=year)).replace(tzinfo=UTC)
    assert visit.timezone == (zone or "Europe/Warsaw")


@pytest.mark.parametrize(
    "phone", ["601 000 001", "0048 601-000-001", "+48 (601) 000 001", " +48601000001 ", "６０１０００００１"]
)
def test_a_phone_is_kept_as_e164_however_it_was_written(api: Client, phone: str) -> None:
    response = put(api, a_body("patient.phone", phone))

    assert response.status_code == 201
    assert Patient.objects.get().phone == "+48601000001"


def test_a_fixed_line_is_kept_for_calls_when_the_patient_gets_no_sms(api: Client) -> None:
    body = a_body("patient.phone", "22 555 01 00")
    body["patient"]["channels"] = ["email"]

    response = put(api, body)

    assert response.status_code == 201
    assert response.json()["patient"]["phone"] == "+48225550100"


@pytest.mark.parametrize("name", ["Żaneta Wiśniewska-Łoś", "李雷", "محمد", "O\u2019Brien", "Zoë 🦄"])
def test_names_are_kept_in_every_script(api: Client, name: str) -> None:
    put(api, a_body("patient.name", name))

    assert api.get(f"{VISITS}/visit-1").json()["patient"]["name"] == name


def test_a_visit_that_is_over_may_be_handed_in_again_as_it_was(api: Client) -> None:
    starts_at = next_noon(days=-3)
    a_visit(starts_at=starts_at, at=next_noon(days=-9))
    visits.finish_past(now=timezone.now())

    response = put(api, a_body("patient.email", "new@patient.example") | {
        "starts_at": starts_at.isoformat(), "ends_at": None, "practitioner": "", "place": "",
    })  # fmt: skip

    assert response.status_code == 200
    assert response.json()["status"] == "done"
    assert Patient.objects.get().email == "new@patient.example"


def test_a_visit_is_cancelled_once_and_booked_again_once(api: Client) -> None:
    put(api, a_body())

    cancelled = [api.post(f"{VISITS}/visit-1/cancel") for _ in range(2)]
    echo = put(api, a_body())
    rebooked = [api.post(f"{VISITS}/visit-1/rebook") for _ in range(2)]

    assert [(answer.status_code, answer.json()["status"], answer.json()["version"]) for answer in cancelled] == [
        (200, "cancelled", 2)
    ] * 2
    assert echo.json()["status"] == "cancelled"
    assert [(answer.status_code, answer.json()["status"], answer.json()["version"]) for answer in rebooked] == [
        (200, "booked", 3)
    ] * 2
    assert sorted(reminders_of(Visit.objects.get())) == ["email", "sms"]


def test_a_visit_whose_time_has_passed_can_be_neither_cancelled_nor_booked_again(api: Client) -> None:
    long_ago = next_noon(days=-9)
    a_visit("done", starts_at=next_noon(days=-3), at=long_ago)
    visits.finish_past(now=timezone.now())
    a_visit("cancelled", starts_at=next_noon(days=-3), at=long_ago)
    api.post(f"{VISITS}/cancelled/cancel")

    answers = [
        api.post(f"{VISITS}/done/cancel"), api.post(f"{VISITS}/done/rebook"), api.post(f"{VISITS}/cancelled/rebook")
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert {answer.json()["errors"][0]["field"] for answer in answers} == {"external_id"}
    assert set(Visit.objects.values_list("external_id", "status")) == {("done", "done"), ("cancelled", "cancelled")}


def test_the_reminders_of_a_visit_are_shown_with_the_state_of_their_messages(api: Client) -> None:
    visit = a_visit(starts_at=next_noon(days=7))
    message = Message.objects.create(dedupe_key="k", language="en", to="ada@patient.example", text="t", message_id="m")
    Reminder.objects.filter(visit=visit, channel="email").update(message=message, state="queued", due_at=None)
    a_visit("later", starts_at=next_noon(days=9), patient=a_patient("somebody-else"))

    response = api.get(f"{VISITS}/visit-1/reminders")

    common = {"lead": "24h", "version": 1, "reason": "", "delivery_code": ""}
    common |= {"send_at": next_noon(days=6).strftime("%Y-%m-%dT%H:%M:%SZ")}
    assert sorted(response.json(), key=lambda reminder: str(reminder["channel"])) == [
        common | {"channel": "email", "state": "queued", "delivery": "queued"},
        common | {"channel": "sms", "state": "planned", "delivery": ""},
    ]


@pytest.mark.parametrize(
    ("method", "path"), [path for path in PATHS if path[1] not in (VISITS, f"{VISITS}:batch") and path[0] != "PUT"]
)
def test_a_visit_that_does_not_exist_is_said_so(api: Client, method: str, path: str) -> None:
    response = api.generic(method, path)

    assert response.status_code == 404
    assert response.json() == {"errors": [{"field": "external_id", "message": "there is no such visit"}]}


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("authorization", STRANGERS)
def test_without_a_token_of_ours_every_call_is_refused(method: str, path: str, authorization: str | None) -> None:
    headers = {"X-Forwarded-Proto": "https"} | ({} if authorization is None else {"Authorization": authorization})

    response = Client(headers=headers).generic(method, path, json.dumps(a_body()), content_type="application/json")

    assert response.status_code == 401
    assert response.json()["errors"][0]["field"] == "Authorization"
    assert not Visit.objects.exists()


def test_each_of_the_tokens_lets_in(api: Client) -> None:
    other = Client(headers={"Authorization": f"Bearer {OTHER_TOKEN}", "X-Forwarded-Proto": "https"})

    answers = [client.get(VISITS).status_code for client in (api, other)]

    assert answers == [200, 200]


def test_the_schema_describes_every_call_and_what_becomes_of_a_broken_address(api: Client) -> None:
    schema = api.get("/api/v1/openapi.json").json()

    calls = {f"{method.upper()} {path}" for path, calls in schema["paths"].items() for method in calls}
    assert calls == {f"{method} {path.replace('visit-1', '{external_id}')}" for method, path in PATHS}
    put_visit = schema["paths"]["/api/v1/visits/{external_id}"]["put"]
    assert '"saved": true' in put_visit["description"]
    assert put_visit["responses"].keys() == {"200", "201", "400", "401", "404", "413", "422", "429"}
    assert schema["components"]["schemas"]["VisitIn"]["properties"].keys() == a_body().keys()
    assert schema["components"]["schemas"]["BatchIn"]["properties"]["visits"]["items"]["$ref"].endswith("/RowIn")
    assert api.get("/api/v1/docs").status_code == 200
