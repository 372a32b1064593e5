"""A due reminder becomes a message: how long it is of use, what it carries for programs, and what it never tells."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from notifications import messages
from tests.visits.builders import a_patient, a_visit, instant, reminders_of
from tests.visits.reading import event_of, the_email, the_sms
from visits_service.reminders import links, policy, writing
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db

START = instant("2026-11-27 09:30")
DAY = timedelta(days=1)


def a_visit_at(start: str = "2026-11-27 09:30", *, timezone: str = "", **about: Any) -> Visit:
    """A visit in Warsaw, booked long before."""
    starts_at = instant(start)
    return a_visit(patient=a_patient(timezone=timezone), starts_at=starts_at, at=starts_at - 20 * DAY, **about)


@pytest.mark.parametrize(
    ("start", "written", "until"),
    [
        # "on Friday" stays true until the visit begins, "tomorrow" until midnight by the visit's clock.
        ("2026-11-27 09:30", "2026-11-25 10:00", "2026-11-27 09:30"),
        ("2026-11-27 09:30", "2026-11-26 09:30", "2026-11-26 23:00"),
        ("2026-11-27 09:30", "2026-11-26 22:59", "2026-11-26 23:00"),
        ("2026-11-27 09:30", "2026-11-26 23:00", "2026-11-27 09:30"),
        # The nights in which the clock changes, and the midnight after them.
        ("2026-03-29 08:00", "2026-03-28 08:00", "2026-03-28 23:00"),
        ("2026-03-30 08:00", "2026-03-29 08:00", "2026-03-29 22:00"),
        ("2026-10-25 09:00", "2026-10-24 09:00", "2026-10-24 22:00"),
        ("2026-10-26 09:00", "2026-10-25 09:00", "2026-10-25 23:00"),
    ],
)
def test_an_email_is_of_use_while_its_day_is_right(start: str, written: str, until: str) -> None:
    visit = a_visit_at(start)

    email = the_email(visit, now=instant(written))

    assert email.useful_until == instant(until)


@pytest.mark.parametrize(
    ("timezone", "written", "until"),
    [
        ("", "2026-11-26 09:30", "2026-11-26 20:00"),
        ("", "2026-11-25 09:30", "2026-11-25 20:00"),
        ("", "2026-11-27 07:00", "2026-11-27 09:30"),
        ("America/New_York", "2026-11-26 20:00", "2026-11-26 23:00"),
        ("Asia/Kathmandu", "2026-11-26 09:30", "2026-11-26 15:15"),
    ],
)
def test_an_sms_is_of_use_until_it_is_night_where_the_patient_is(timezone: str, written: str, until: str) -> None:
    visit = a_visit_at(timezone=timezone)

    text = the_sms(visit, now=instant(written))

    assert text.useful_until == instant(until)


def test_quiet_hours_that_the_clinic_keeps_for_email_count_too(settings: Settings) -> None:
    settings.REMINDER_POLICY = policy.parse_policy(leads="24h", quiet_hours="email=18:00-08:00", notice="2h")

    email = the_email(a_visit_at(), now=START - DAY)

    assert email.useful_until == instant("2026-11-26 17:00")


def test_what_programs_read_of_an_email() -> None:
    visit = a_visit_at(place="Room 3")
    reminder = reminders_of(visit)["email"]

    email = the_email(visit, now=START - DAY)

    headers = dict(email.headers)
    address = headers["List-Unsubscribe"].removeprefix("<").removesuffix(">")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.reference_of(address.split("/")[4], kind=links.PATIENT) == visit.patient.reference
    assert (email.to, email.to_name, email.about) == ("ada@patient.example", "Ada Nowak", visit.reference)
    assert email.dedupe_key == f"reminder:{reminder.pk}:1"


def test_answers_go_to_the_clinics_desk(settings: Settings) -> None:
    settings.CLINIC_REPLY_TO = "Front desk <desk@clinic.example>"

    email = the_email(a_visit_at(), now=START - DAY)

    assert email.reply_to == "Front desk <desk@clinic.example>"


def test_an_email_brings_the_visit_for_the_calendar() -> None:
    visit = a_visit_at(place="Room 3", practitioner="Dr Jan Kowalski", ends_at=START + timedelta(minutes=45))

    email = the_email(visit, now=START - DAY)

    (file,) = email.attachments
    event = event_of(email)
    assert (file.filename, file.content_type) == ("visit.ics", "text/calendar; method=REQUEST; charset=utf-8")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (visit.reference, 1, "CONFIRMED")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (START, START + timedelta(minutes=45))
    assert (event["SUMMARY"], event["LOCATION"]) == ("Visit, Clinic Example", "Room 3")
    assert event["ORGANIZER"] == "mailto:visits@clinic.example"
    assert "Kowalski" not in file.text
    assert "Nowak" not in file.text


def test_an_sms_names_nobody() -> None:
    visit = a_visit_at(practitioner="Dr Jan Kowalski", place="Room 3")

    text = the_sms(visit, now=START - DAY)

    assert "Clinic Example" in text.text
    assert "Room 3" in text.text
    assert "Kowalski" not in text.text
    assert "Nowak" not in text.text
    assert (text.to, text.about) == ("+48601000001", visit.reference)


def test_a_reminder_that_is_written_anew_is_another_message() -> None:
    visit = a_visit_at()
    reminder = reminders_of(visit)["sms"]
    Reminder.objects.update(round=2)

    text = the_sms(visit, now=START - DAY)

    assert text.dedupe_key == f"reminder:{reminder.pk}:2"


@pytest.mark.parametrize(("channel", "broken"), [("email", {"email": "ada@@patient"}), ("sms", {"phone": "601"})])
def test_an_address_that_cannot_be_one_is_refused_without_being_quoted(channel: str, broken: dict[str, str]) -> None:
    visit = a_visit_at()
    Patient.objects.update(**broken)

    with pytest.raises(messages.Refused) as refused:
        writing.write(reminders_of(visit)[channel], now=START - DAY)

    assert refused.value.field == "to"
    assert not any(value in str(refused.value) for value in broken.values())
