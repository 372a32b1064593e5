"""Who may not see a page of visits_service learns what that means and whom to ask, and nothing of anybody's."""

from __future__ import annotations

import pytest

from tests.refusals import MEANS, WHOM, text_of
from tests.visits.builders import a_visit
from tests.visits.desk.staff import desk, story_of

pytestmark = pytest.mark.django_db


def test_it_says_what_it_means_and_whom_to_ask_and_names_nothing_of_the_patient() -> None:
    visit = a_visit()
    browser = desk("view_visit")

    pages = [
        browser.get(story_of(visit.patient)),
        browser.get(f"/admin/visits/patient/{visit.patient.pk}/change/"),
        browser.post("/admin/desk/visitstory/", {"sought": visit.patient.name}),
    ]

    said = [text_of(page) for page in pages]
    assert all(MEANS in each and WHOM in each for each in said)
    assert all("Your login has no role here." in each for each in said)
    known = (visit.patient.name, visit.patient.email, visit.patient.phone, visit.patient.external_id, visit.external_id)
    assert not any(word in page.content.decode() for page in pages for word in known)
