"""What a patient asks for on a page goes before the clinic, and the visit stands until somebody has decided."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.visits import pages
from tests.visits.builders import a_visit, next_noon
from visits_service.reminders import answers
from visits_service.reminders.models import Answer
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
LONGEST = answers.LONGEST_TEXT


@pytest.mark.parametrize(
    ("kind", "sentence"), [("move", "You have asked for another time"), ("cancel", "You have asked to cancel")]
)
def test_a_wish_goes_to_the_clinic_and_the_visit_stands(kind: str, sentence: str) -> None:
    visit = a_visit(starts_at=next_noon(days=1))

    asked = pages.post(pages.page_of(visit, "visit_change"), kind=kind, text="  After six,\r\nplease \r\n")

    visit.refresh_from_db()
    answer = Answer.objects.get()
    assert (asked.status_code, asked["Location"]) == (303, f"{pages.page_of(visit)}#state")
    assert (answer.kind, answer.text, answer.visit, answer.patient) == (
        kind,
        "After six,\nplease",
        visit,
        visit.patient,
    )
    assert (answer.source, answer.needs_a_person, answer.seen_at) == ("page", True, None)
    assert (visit.status, visit.version) == (Visit.Status.BOOKED, 1)
    text = pages.text_of(pages.page_of(visit))
    assert sentence in text
    assert "Until then your visit stands" in text


def test_a_wish_sent_twice_is_one_and_another_one_is_another() -> None:
    visit = a_visit(starts_at=next_noon(days=1))
    path = pages.page_of(visit, "visit_change")
    pages.post(path, kind="move", text="After six")

    pages.post(path, kind="move", text="After six")
    pages.post(path, kind="move", text="After seven")

    assert Answer.objects.count() == 2


def test_a_wish_that_somebody_has_seen_to_is_not_shown_any_more() -> None:
    visit = a_visit(starts_at=next_noon(days=1))
    pages.post(pages.page_of(visit, "visit_change"), kind="move", text="")

    Answer.objects.update(seen_at=timezone.now())

    assert "You have asked" not in pages.text_of(pages.page_of(visit))


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("", "x", "Please choose one of the two."),
        ("confirm", "x", "Please choose one of the two."),
        ("move", "ż" * (LONGEST + 1), "Please write 500 characters at most."),
        ("move", "nul \0", "Please write 500 characters at most."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_it_and_what_was_written_is_kept(
    kind: str, text: str, sentence: str
) -> None:
    visit = a_visit(starts_at=next_noon(days=1))

    asked = pages.post(pages.page_of(visit, "visit_change"), kind=kind, text=text)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert f'role="alert">{sentence}</p>' in page
    assert text in page
    assert not Answer.objects.exists()


def test_a_message_of_exactly_the_longest_length_is_taken() -> None:
    visit = a_visit(starts_at=next_noon(days=1))
    text = "ż" * (LONGEST - 2) + "\r\n" + "ż"

    pages.post(pages.page_of(visit, "visit_change"), kind="move", text=text)

    assert len(Answer.objects.get().text) == LONGEST
