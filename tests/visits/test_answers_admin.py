"""The clinic's list of what patients said: what needs a person first, until somebody has seen to it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.visits import pages
from tests.visits.builders import a_visit
from tests.visits.twilio import texted
from visits_service.reminders.models import Answer

pytestmark = pytest.mark.django_db
LIST = "/admin/reminders/answer/"


def staff(*permissions: str, everything: bool = False) -> Client:
    """A browser with somebody of the staff signed in, over https."""
    user = User.objects.create_user("desk", password="visibly-fake", is_staff=True, is_superuser=everything)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.login(username="desk", password="visibly-fake")
    return browser


def listed(browser: Client, **query: str) -> str:
    """The list as it is shown."""
    return browser.get(LIST, query).content.decode()


def test_what_needs_a_person_stands_first_with_visit_and_phone() -> None:
    visit = a_visit()
    pages.post(pages.page_of(visit, "visit_change"), kind="move", text="After six, please")
    texted("HELP")

    page = listed(staff(everything=True))

    assert page.index("After six, please") < page.index("HELP")
    assert "visit-1: " in page
    assert page.count("+48601000001") == 2


def test_seen_to_it_goes_to_the_back_and_keeps_its_first_time() -> None:
    pages.post(pages.page_of(a_visit(), "visit_change"), kind="move", text="After six, please")
    texted("HELP")
    desk, chosen = staff("view_answer", "change_answer"), [str(answer.pk) for answer in Answer.objects.all()]

    desk.post(LIST, {"action": "seen_to", "_selected_action": chosen})
    first = set(Answer.objects.values_list("seen_at", flat=True))
    desk.post(LIST, {"action": "seen_to", "_selected_action": chosen})

    assert None not in first
    assert set(Answer.objects.values_list("seen_at", flat=True)) == first
    page = listed(desk)
    assert page.index("HELP") < page.index("After six, please")


def test_who_may_only_read_cannot_say_that_it_was_seen_to() -> None:
    texted("call me")
    reader = staff("view_answer")

    reader.post(LIST, {"action": "seen_to", "_selected_action": [str(Answer.objects.get().pk)]})

    assert Answer.objects.get().seen_at is None
    assert "call me" in listed(reader)


def test_it_is_filtered_by_kind_and_can_be_read_but_not_edited() -> None:
    texted("call me")
    texted("STOP")
    desk = staff(everything=True)

    only_stops = listed(desk, kind__exact="stop")
    opened = desk.get(f"{LIST}{Answer.objects.get(kind='stop').pk}/change/")

    assert "call me" not in only_stops
    assert (opened.status_code, desk.get(f"{LIST}add/").status_code) == (200, 403)
    assert 'name="_save"' not in opened.content.decode()
