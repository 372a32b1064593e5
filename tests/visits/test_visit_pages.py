"""The pages of a visit: what they show, what they change when somebody presses a button, and what they don't."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Message
from tests.visits import pages
from tests.visits.builders import a_patient, a_visit, next_noon
from tests.visits.reminded import reminded
from visits_service.booking import services as booking
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import OptOut, Patient, Visit

pytestmark = pytest.mark.django_db
SOON = next_noon(days=1)


def everything() -> list[object]:
    """All rows there are."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Patient, Visit, OptOut, Reminder, Answer, Message)
    ]


def the_visit(**about: str) -> Visit:
    """Tomorrow, with all that a page can show."""
    patient = a_patient(**about)
    return a_visit(patient=patient, starts_at=SOON, practitioner="Dr Maria Zielińska", place="Room 12")


def test_a_get_shows_and_changes_nothing() -> None:
    visit = the_visit()
    reminded(visit)
    before = everything()

    answers_given = [pages.get(path) for path in pages.paths_of(visit)]
    heads = [pages.a_browser().head(path) for path in pages.paths_of(visit)]

    assert {answer.status_code for answer in [*answers_given, *heads]} == {200}
    assert everything() == before


def test_the_page_says_when_where_and_with_whom_and_nothing_about_the_patient() -> None:
    visit = the_visit(timezone="America/New_York")

    text = pages.text_of(pages.page_of(visit))

    for part in ("Room 12", "Long Street 1", "00-001 Warsaw", "Dr Maria Zielińska", "Clinic Example", "Warsaw (UTC+0"):
        assert part in text
    for part in ("Ada", "Nowak", "ada@", "601"):
        assert part not in text


def test_the_time_is_that_of_the_visits_clock_and_the_words_are_the_patients() -> None:
    visit = a_visit(
        patient=a_patient(locale="de"),
        starts_at=SOON.replace(hour=12),
        ends_at=SOON.replace(hour=12, minute=30),
        timezone="Asia/Kathmandu",
    )

    text = pages.text_of(pages.page_of(visit))

    assert "17:45 – 18:15" in text
    assert "Ihr Termin" in text
    assert 'lang="de" dir="ltr"' in text


def test_arabic_runs_from_right_to_left() -> None:
    text = pages.text_of(pages.page_of(the_visit(locale="ar")))

    assert 'lang="ar" dir="rtl"' in text
    assert "نعم، سأحضر" in text


def test_the_button_confirms_the_visit_and_leads_to_where_it_says_so() -> None:
    visit = the_visit()

    pressed = pages.confirm(visit)

    visit.refresh_from_db()
    assert (pressed.status_code, pressed["Location"]) == (303, f"{pages.page_of(visit)}#state")
    assert visit.status == Visit.Status.CONFIRMED
    answer = Answer.objects.get()
    assert (answer.source, answer.kind, answer.visit, answer.patient) == ("page", "confirm", visit, visit.patient)
    assert not answer.needs_a_person
    assert "We look forward to seeing you" in pages.text_of(pages.page_of(visit))
    assert "Yes, I will come" not in pages.text_of(pages.page_of(visit))


def test_the_button_pressed_twice_changes_nothing_more() -> None:
    visit = the_visit()
    pages.confirm(visit)
    before = everything()

    again = pages.confirm(visit)

    assert again.status_code == 303
    assert everything() == before


def test_a_visit_that_was_moved_while_its_page_was_open_is_shown_anew_and_not_confirmed() -> None:
    visit = the_visit()
    a_visit(starts_at=next_noon(days=2))

    pressed = pages.confirm(visit, version=1)

    visit.refresh_from_db()
    assert (pressed.status_code, visit.status, visit.version) == (409, Visit.Status.BOOKED, 2)
    assert "This visit has changed" in pressed.content.decode()
    assert "Yes, I will come" in pressed.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_button_that_does_not_say_which_version_confirms_nothing(version: str) -> None:
    visit = the_visit()

    pressed = pages.post(pages.page_of(visit, "visit_confirm"), version=version)

    visit.refresh_from_db()
    assert (pressed.status_code, visit.status) == (409, Visit.Status.BOOKED)


def test_a_visit_that_was_moved_after_its_reminder_says_so_until_the_next_one_goes_out() -> None:
    visit = the_visit()
    reminded(visit)
    assert "has changed" not in pages.text_of(pages.page_of(visit))

    a_visit(starts_at=next_noon(days=2))
    moved = pages.text_of(pages.page_of(visit))
    visit.refresh_from_db()
    reminded(visit)

    assert "This visit has changed" in moved
    assert "has changed" not in pages.text_of(pages.page_of(visit))


def test_a_cancelled_visit_offers_nothing() -> None:
    visit = the_visit()
    booking.cancel("visit-1", at=timezone.now())
    before = everything()

    text = pages.text_of(pages.page_of(visit))
    confirmed = pages.confirm(visit, version=2)
    asked = pages.post(pages.page_of(visit, "visit_change"), kind="move", text="")

    assert "Cancelled" in text
    assert "<form" not in text
    assert pages.page_of(visit, "visit_change") not in text
    assert (confirmed.status_code, asked.status_code) == (409, 303)
    assert everything() == before


def test_a_visit_that_is_over_offers_nothing() -> None:
    visit = the_visit()
    Visit.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    before = everything()

    text = pages.text_of(pages.page_of(visit))
    confirmed = pages.confirm(visit)
    asked = pages.get(pages.page_of(visit, "visit_change"))

    assert "This visit is over." in text
    assert "<form" not in text
    assert (confirmed.status_code, asked.status_code) == (409, 303)
    assert everything() == before


def test_what_somebody_writes_is_never_read_as_html() -> None:
    visit = the_visit()
    Visit.objects.update(practitioner="<img src=x>", place='"><script>')

    page = pages.post(pages.page_of(visit, "visit_change"), kind="", text="</textarea><script>").content.decode()
    shown = pages.text_of(pages.page_of(visit))

    assert "<script" not in page + shown
    assert "<img" not in page + shown
    assert "&lt;img src=x&gt;" in shown


def test_the_page_works_below_a_path_of_the_public_address(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://clinic.example/visits"
    visit = the_visit()
    token_path = pages.page_of(visit)

    text = pages.text_of(token_path.removeprefix("/visits"))

    assert f'action="{token_path}/confirm"' in text
