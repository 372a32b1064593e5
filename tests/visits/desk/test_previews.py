"""Previews: what patients would read, in each language, and nothing of it is kept or sent."""

from __future__ import annotations

import html
from typing import Any

import pytest

from notifications.models import Message
from tests.visits.builders import a_patient, a_visit
from tests.visits.desk.staff import READ, desk, text_of
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Patient, Visit

pytestmark = pytest.mark.django_db
PAGE, EMAIL = "/admin/desk/preview/", "/admin/desk/preview/email/"


def page(query: str = "") -> str:
    """The page as it is read."""
    return html.unescape(text_of(desk(*READ), PAGE + query)).replace("\u202f", " ")  # CLDR's space before AM


@pytest.mark.parametrize(
    ("language", "subject", "alphabet"),
    [
        ("en", "Tomorrow at 10:30 AM: your visit at", "GSM-7"),
        ("pl", "Jutro o 10:30", "GSM-7"),
        ("de", "Morgen um 10:30", "GSM-7"),
        ("ar", "غدًا", "UCS-2"),
    ],
)
def test_each_language_has_its_email_and_its_text_with_what_that_takes(
    language: str, subject: str, alphabet: str
) -> None:
    shown = page(f"?language={language}")

    assert subject in shown
    assert f"{alphabet}, " in shown
    assert "1 part." in shown


def test_the_clinics_name_and_colour_are_in_it(settings: Any) -> None:
    settings.CLINIC_NAME, settings.CLINIC_COLOUR = "Clinic by the Lake", "#123456"

    letter = text_of(desk(*READ), EMAIL)

    assert "Clinic by the Lake" in letter
    assert "#123456" in letter


def test_nothing_is_kept_and_nothing_sent() -> None:
    browser = desk(*READ)

    for query in ("?language=pl", "?kind=changed", "?kind=cancelled&language=ar"):
        text_of(browser, PAGE + query)
        text_of(browser, EMAIL + query)

    assert [model.objects.count() for model in (Message, Reminder, Visit, Patient)] == [0, 0, 0, 0]


def test_a_cancelled_visit_is_told_by_email_alone() -> None:
    shown = page("?kind=cancelled")

    assert "is cancelled" in shown
    assert "Text message" not in shown


def test_a_visit_of_ours_is_shown_with_its_own_words_and_links_that_lead_nowhere() -> None:
    visit = a_visit(patient=a_patient(name="Ada Nowak"), place="Room 12")
    browser = desk(*READ)

    letter = text_of(browser, f"{EMAIL}?visit={visit.pk}&language=pl")

    assert "Ada Nowak" in letter
    assert "Room 12" in letter
    assert visit.reference not in letter
    assert visit.patient.reference not in letter


def test_an_unknown_visit_is_not_found_and_an_unknown_language_is_the_clinics() -> None:
    browser = desk(*READ)

    assert browser.get(f"{PAGE}?visit=999").status_code == 404
    assert browser.get(f"{PAGE}?visit=ada").status_code == 404
    assert browser.get(f"{PAGE}?visit={'9' * 5000}").status_code == 404
    assert 'lang="en" dir="ltr"' in text_of(browser, f"{PAGE}?language=xx&kind=made-up")


def test_the_email_may_bring_its_styles_and_nothing_else() -> None:
    policy = desk(*READ).get(EMAIL).headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def test_who_may_not_read_reminders_sees_no_preview() -> None:
    browser = desk("view_user")

    assert {browser.get(address).status_code for address in (PAGE, EMAIL)} == {403}


def test_who_may_not_read_visits_sees_the_sample_only() -> None:
    visit, browser = a_visit(), desk("view_reminder")

    assert browser.get(PAGE).status_code == 200
    assert browser.get(f"{PAGE}?visit={visit.pk}").status_code == 403
