"""The front desk: patients, visits and refusals, saved and planned as the booking system's are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from tests.visits.booking import browser
from tests.visits.booking.bodies import SKIPPED, TOO_FAR, TWICE, UNUSABLE
from tests.visits.builders import WARSAW, a_patient, a_visit, next_noon, reminders_of
from visits_service.booking import services as booking
from visits_service.reminders import planning
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits import consent
from visits_service.visits import services as visits
from visits_service.visits.models import OptOut, Patient, Visit

pytestmark = pytest.mark.django_db
VISITS, PATIENTS = "/admin/visits/visit/", "/admin/visits/patient/"
REFUSALS, REMINDERS = "/admin/visits/optout/", "/admin/reminders/reminder/"
LOCAL = next_noon().astimezone(ZoneInfo(WARSAW))


def a_person(external_id: str = "patient-1", **about: Any) -> Patient:
    """A patient on record."""
    return booking.save_patient(a_patient(external_id, **about), at=timezone.now())


def the_form(patient: Patient, **changes: Any) -> dict[str, Any]:
    """What staff fill in for a new visit, by Warsaw's clock."""
    date, time = f"{LOCAL:%Y-%m-%d}", f"{LOCAL:%H:%M}"
    return {"external_id": "desk-1", "patient": patient.pk, "starts_0": date, "starts_1": time} | changes


def at(local: str) -> dict[str, str]:
    """A start as it is typed."""
    date, time = local.split("T")
    return {"starts_0": date, "starts_1": time}


def test_a_visit_is_added_by_the_clock_of_its_zone_and_planned_at_once(front_desk: Client) -> None:
    patient = a_person()

    saved = browser.save(front_desk, f"{VISITS}add/", **the_form(patient, place="Room 7"))

    visit = Visit.objects.get()
    assert saved.status_code == 302
    assert (visit.starts_at, visit.timezone, visit.place, visit.version) == (next_noon(), WARSAW, "Room 7", 1)
    assert sorted(reminders_of(visit)) == ["email", "sms"]
    assert LogEntry.objects.get().object_id == str(visit.pk)


def test_a_visit_in_another_zone_is_shown_and_saved_by_that_clock(front_desk: Client) -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    visit = a_visit(timezone="Asia/Kathmandu", ends_at=next_noon() + timedelta(minutes=30))
    address = f"{VISITS}{visit.pk}/change/"

    shown = browser.fields(front_desk, address)
    untouched = browser.save(front_desk, address)
    visit.refresh_from_db()
    version = visit.version
    browser.save(front_desk, address, starts_1="09:15", ends_0="", ends_1="")

    visit.refresh_from_db()
    assert shown["starts_1"] == [f"{next_noon().astimezone(kathmandu):%H:%M:%S}"]
    assert (untouched.status_code, version) == (302, 1)
    assert f"{visit.starts_at.astimezone(kathmandu):%H:%M}" == "09:15"
    assert (visit.ends_at, visit.version) == (None, 2)
    assert {row.state for row in Reminder.objects.filter(visit_version=1)} == {Reminder.State.VOID}
    assert f"{visit.starts_at.astimezone(kathmandu):%Y-%m-%d %H:%M} Asia/Kathmandu" in text(front_desk, VISITS)


def text(front_desk: Client, address: str) -> str:
    """A page."""
    return front_desk.get(address).content.decode()


@pytest.mark.parametrize(
    ("field", "changes", "expected"),
    [
        ("starts", at("2020-01-15T10:00"), "still to come"),
        ("starts", at(SKIPPED), "skip"),
        ("starts", at(TWICE), "+02:00 or +01:00"),
        ("starts", at(TOO_FAR), "within three years"),
        ("starts", at("15.01.2027T10:00"), "a date and a time"),
        ("starts", at("T"), "required"),
        ("ends", {"ends_0": "2020-01-15", "ends_1": "10:00"}, "an end after the start"),
        ("ends", {"ends_0": "2027-01-15"}, "a date and a time"),
        ("timezone", {"timezone": "Warsaw"}, "Europe/Warsaw"),
        ("timezone", {"timezone": ""}, "required"),
        ("practitioner", {"practitioner": "a\u2028b"}, "control characters"),
        ("external_id", {"external_id": "a b"}, "printable ASCII"),
        ("external_id", {"external_id": ""}, "required"),
        ("external_id", {"external_id": "taken"}, "already exists"),
        ("patient", {"patient": ""}, "required"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    front_desk: Client, field: str, changes: dict[str, str], expected: str
) -> None:
    a_visit("taken", patient=a_patient())

    refused = browser.save(front_desk, f"{VISITS}add/", **the_form(Patient.objects.get()) | changes)

    errors = browser.errors(refused)
    assert list(errors) == [field]
    assert expected in errors[field]
    assert Visit.objects.count() == 1


def test_a_time_that_comes_twice_is_taken_with_its_offset(front_desk: Client) -> None:
    later = the_form(a_person()) | at(f"{TWICE}+01:00")

    saved = browser.save(front_desk, f"{VISITS}add/", **later)

    assert saved.status_code == 302
    assert Visit.objects.get().starts_at.hour == 1


def test_a_visit_that_is_over_may_be_saved_as_it_was(front_desk: Client) -> None:
    visit = a_visit(starts_at=next_noon(days=-3), at=next_noon(days=-9))
    visits.finish_past(now=timezone.now())

    saved = browser.save(front_desk, f"{VISITS}{visit.pk}/change/", practitioner="Dr. Grace Hopper")

    assert saved.status_code == 302


def test_visits_are_cancelled_and_booked_again_and_what_is_over_is_left(front_desk: Client) -> None:
    coming, over = a_visit("coming"), a_visit("over", starts_at=next_noon(days=-3), at=next_noon(days=-9))
    visits.finish_past(now=timezone.now())

    cancelled = browser.act(front_desk, VISITS, "cancel", coming, over)
    states = set(Visit.objects.values_list("external_id", "status"))
    planned = Reminder.objects.filter(visit=coming, state="planned").count()
    rebooked = browser.act(front_desk, VISITS, "book_again", coming, over)

    assert "1 cancelled, 1 left as they were." in cancelled
    assert states == {("coming", "cancelled"), ("over", "done")}
    assert planned == 0
    assert "1 booked again, 1 left as they were." in rebooked
    assert sorted(reminders_of(coming)) == ["email", "sms"]


def test_a_visit_is_shown_with_its_reminders_and_what_the_patient_said(front_desk: Client) -> None:
    visit = a_visit()
    Answer.objects.create(source="page", kind="move", visit=visit, text="rather on Friday", received_at=timezone.now())

    page = text(front_desk, f"{VISITS}{visit.pk}/change/")

    assert "rather on Friday" in page
    assert page.count("24h") == 2
    assert "answers-0-text" not in page


def test_a_patient_is_added_and_a_new_phone_counts_for_their_visits(front_desk: Client) -> None:
    given = {"external_id": "patient-1", "name": "Żaneta Łoś", "email": "zaneta@patient.example"}
    added = browser.save(front_desk, f"{PATIENTS}add/", **given, phone="22 555 01 00", channels=["email"])
    patient = Patient.objects.get()
    visit = a_visit(patient=visits.known(patient))
    before = sorted(reminders_of(visit))

    changed = browser.save(
        front_desk, f"{PATIENTS}{patient.pk}/change/", phone="601 000 009", channels=["email", "sms"]
    )

    patient.refresh_from_db()
    assert (added.status_code, changed.status_code) == (302, 302)
    assert (patient.name, patient.phone, patient.channels) == ("Żaneta Łoś", "+48601000009", ["email", "sms"])
    assert before == ["email"]
    assert sorted(reminders_of(visit)) == ["email", "sms"]


def test_the_order_of_a_patients_channels_is_kept(front_desk: Client) -> None:
    patient = a_person(channels=("sms", "email"))

    browser.save(front_desk, f"{PATIENTS}{patient.pk}/change/", name="Ada Kowalska")

    patient.refresh_from_db()
    assert (patient.name, patient.channels) == ("Ada Kowalska", ["sms", "email"])


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *UNUSABLE,
        ("name", "", "required"),
        ("locale", "klingon", "a locale such as en"),
        ("timezone", "Mars", "Europe/Warsaw"),
        ("external_id", "taken", "already exists"),
    ],
)
def test_a_wrong_field_of_a_patient_is_named(front_desk: Client, field: str, value: str, expected: str) -> None:
    a_person("taken")

    given = {"external_id": "patient-2", "name": "Ada Nowak", field: value}
    refused = browser.save(front_desk, f"{PATIENTS}add/", **given)

    errors = browser.errors(refused)
    assert list(errors) == [field]
    assert expected in errors[field]
    assert Patient.objects.count() == 1


def test_staff_note_a_refusal_and_end_it(front_desk: Client) -> None:
    visit = a_visit()

    noted = browser.save(front_desk, f"{REFUSALS}add/", patient=visit.patient_id, channel="sms")
    planned = {row.channel for row in Reminder.objects.filter(state="planned")}
    twice = browser.save(front_desk, f"{REFUSALS}add/", patient=visit.patient_id, channel="sms")
    refusal = OptOut.objects.get()
    ended = browser.act(front_desk, REFUSALS, "end", refusal)

    refusal.refresh_from_db()
    assert noted.status_code == 302
    assert (refusal.source, refusal.patient_id) == ("staff", visit.patient_id)
    assert planned == {"email"}
    assert browser.errors(twice) == {"channel": "this patient's refusal is on record already"}
    assert "1 ended." in ended
    assert refusal.until is not None
    assert {row.channel for row in Reminder.objects.filter(state="planned")} == {"email", "sms"}


def test_ending_what_a_number_refused_counts_for_everybody_there(front_desk: Client) -> None:
    first, second = a_visit("first"), a_visit("second", patient=a_patient("patient-2"))
    now = timezone.now()
    consent.stop("sms", source=consent.Source.WORD, at=now, address="+48601000001")
    for patient in Patient.objects.all():
        planning.plan_patient(patient, now=now)

    browser.act(front_desk, REFUSALS, "end", OptOut.objects.get())

    assert {row.visit_id for row in Reminder.objects.filter(channel="sms", state="planned")} == {first.pk, second.pk}


def test_a_refusal_needs_somebody(front_desk: Client) -> None:
    refused = browser.save(front_desk, f"{REFUSALS}add/", patient="", channel="sms")

    assert list(browser.errors(refused)) == ["patient"]
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("page", [VISITS, PATIENTS, REFUSALS, REMINDERS])
def test_every_record_can_be_searched_and_none_deleted(front_desk: Client, page: str) -> None:
    visit = a_visit()
    consent.stop("sms", source=consent.Source.STAFF, at=timezone.now(), patient=visit.patient)

    found = front_desk.get(page, {"q": "patient-1"})
    deleted = front_desk.post(f"{page}1/delete/", {"post": "yes"})

    assert found.status_code == 200
    assert "delete_selected" not in found.content.decode()
    assert deleted.status_code == 403


def test_a_reminder_is_read_and_not_edited(front_desk: Client) -> None:
    reminder = reminders_of(a_visit())["sms"]

    page = front_desk.get(f"{REMINDERS}{reminder.pk}/change/")
    posted = front_desk.post(f"{REMINDERS}{reminder.pk}/change/", {"state": "void"})

    assert page.status_code == 200
    assert 'name="state"' not in page.content.decode()
    assert posted.status_code == 403
    assert front_desk.get(f"{REMINDERS}add/").status_code == 403


def test_who_may_only_look_can_neither_cancel_nor_end() -> None:
    visit = a_visit()
    looker = User.objects.create(username="looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    desk = Client(headers={"X-Forwarded-Proto": "https"})
    desk.force_login(looker)

    browser.act(desk, VISITS, "cancel", visit)

    assert desk.get(f"{VISITS}{visit.pk}/change/").status_code == 200
    assert desk.post(f"{VISITS}{visit.pk}/change/", {"place": "elsewhere"}).status_code == 403
    assert desk.get(f"{REFUSALS}add/").status_code == 403
    visit.refresh_from_db()
    assert visit.status == Visit.Status.BOOKED
