"""One box that takes what somebody has in hand, and nobody's name gets into an address."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Message
from tests.visits.builders import a_patient, a_visit
from tests.visits.desk.staff import FIND, READ, desk, story_of
from visits_service.booking import services as booking
from visits_service.desk import searching
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_visits() -> None:
    a_visit("visit-1")
    a_visit("visit-2", patient=a_patient("patient-2", name="Zofia Nowak", email="z@patient.example", phone=""))
    a_visit("visit-3", patient=a_patient("patient-2", name="Zofia Nowak", email="z@patient.example", phone=""))


def ids(text: str) -> list[str]:
    """The visits that fit."""
    return sorted(visit.external_id for visit in searching.find(text).visits)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("visit-2", ["visit-2"]),
        ("patient-2", ["visit-2", "visit-3"]),
        ("zof", ["visit-2", "visit-3"]),
        ("nowak", ["visit-1", "visit-2", "visit-3"]),
        (" ADA@patient.example ", ["visit-1"]),
        ("+48 601 000 001", ["visit-1"]),
        ("+48 601 000 002", []),
        ("ada@patient", []),
        ("%", []),
        ("n", []),
    ],
)
def test_names_in_part_and_everything_else_in_whole(text: str, found: list[str]) -> None:
    assert ids(text) == found


def test_an_address_that_only_a_reminder_went_to_leads_to_its_patient() -> None:
    message = Message.objects.create(to="old@patient.example", language="en", text="Tomorrow")
    Reminder.objects.filter(visit__external_id="visit-1", channel="email").update(message=message)

    assert ids("Old@patient.example") == ["visit-1"]


@pytest.mark.parametrize(
    "text", ["Wisniewska", "wiśniewska", "WISNIEWSKA", "Wiśniewska, Zofia", "zofia  wisni", "Wis\u0301niewska", "oneil"]
)
def test_a_name_is_found_however_it_is_typed(text: str) -> None:
    a_visit("visit-4", patient=a_patient("patient-4", name="Zofia Wiśniewska-O’Neil", email="", phone=""))

    assert ids(text) == ["visit-4"]


def test_a_phone_is_found_as_it_is_dialled_here(settings: Any) -> None:
    settings.CLINIC_COUNTRY = "PL"

    assert ids("601 000 001") == ["visit-1"]


def test_the_only_one_that_fits_is_opened_at_once() -> None:
    browser, zofia = desk(*READ), Visit.objects.get(external_id="visit-2").patient

    one_visit = browser.post(FIND, {"sought": "ada"})
    one_patient = browser.post(FIND, {"sought": "zofia"})

    assert one_visit["Location"] == story_of(Visit.objects.get(external_id="visit-1"))
    assert one_patient["Location"] == story_of(zofia)


def test_an_id_that_a_visit_and_another_patient_have_lists_both() -> None:
    browser, ada = desk(*READ), Visit.objects.get(external_id="visit-1").patient
    a_visit("patient-1", patient=a_patient("patient-3", name="Jan Kowalski", email="", phone=""))

    page = browser.post(FIND, {"sought": "patient-1"}).content.decode()

    assert story_of(ada) in page
    assert story_of(Visit.objects.get(external_id="patient-1")) in page


def test_an_id_that_a_visit_and_a_patient_without_visits_have_lists_both() -> None:
    browser, jan = desk(*READ), booking.save_patient(a_patient("visit-1", name="Jan Kowalski"), at=timezone.now())

    page = browser.post(FIND, {"sought": "visit-1"}).content.decode()

    assert story_of(jan) in page
    assert story_of(Visit.objects.get(external_id="visit-1")) in page


def test_several_are_listed_and_what_was_typed_is_in_no_address() -> None:
    answer = desk(*READ).post(FIND, {"sought": "Nowak"})

    page = answer.content.decode()
    assert "Ada Nowak" in page
    assert "Zofia Nowak" in page
    assert 'method="post"' in page
    assert "?" not in answer.wsgi_request.get_full_path()


def test_nobody_is_said_so() -> None:
    page = desk(*READ).post(FIND, {"sought": "Nobody at all"}).content.decode()

    assert "Nobody and no visit fits." in page


def test_of_very_many_the_newest_are_shown_and_more_is_asked_for() -> None:
    for number in range(searching.MOST + 1):
        a_visit(f"many-{number}", patient=a_patient(f"many-{number}", name="Jan Kowalski", email="", phone=""))

    page = desk(*READ).post(FIND, {"sought": "Kowalski"}).content.decode()

    assert "There are more" in page
    assert "many-50" in page
    assert '">many-0<' not in page
