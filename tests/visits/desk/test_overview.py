"""The first page of the admin: how today and tomorrow stand and what needs a person, for whoever may see it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.visits.builders import a_patient, a_visit
from tests.visits.desk.staff import READ, desk, story_of
from tests.visits.reminded import reminded
from tests.visits.reminding import many_visits
from tests.visits.twilio import texted
from visits_service.booking import services as booking
from visits_service.desk import month
from visits_service.reminders import coverage
from visits_service.reminders.models import Reminder
from visits_service.visits import services as visits
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
EVERYTHING = (*READ, "view_answer", "view_message", "view_daycoverage")
NO_CONTACT = a_patient("patient-9", name="Zofia Nowak", email="", phone="")


def tomorrow(hour: int = 12) -> datetime:
    """Tomorrow at that hour by the clinic's clock."""
    local = timezone.now().astimezone(coverage.clinic()) + timedelta(days=1)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def overview(browser: Client) -> str:
    """The first page."""
    return str(browser.get("/admin/").content.decode())


def figures(page: str, group: str) -> dict[str, str]:
    """The figures below a heading."""
    part = page.partition(f">{group}</h2>")[2].partition("</section>")[0]
    found = re.findall(r'overview-label">(?:<a[^>]*>)?([^<]*)(?:</a>)?</span>\s*<strong>([^<]*)', part)
    return dict(found)


def test_tomorrows_visits_are_counted_by_how_far_they_are_reminded() -> None:
    reminded(a_visit("visit-1", starts_at=tomorrow()), "sms", state="delivered")
    visits.confirm(a_visit("visit-2", patient=a_patient("p-2", phone="")), at=timezone.now())
    confirmed = a_visit("visit-2", starts_at=tomorrow(), patient=a_patient("p-2", phone=""))
    visits.confirm(confirmed, at=timezone.now())
    a_visit("visit-3", starts_at=tomorrow(), patient=NO_CONTACT)

    counted = figures(overview(desk(*EVERYTHING)), "Visits of tomorrow")

    assert (counted["Visits"], counted["Confirmed"], counted["Reminded"]) == ("3", "1", "1")
    assert counted["Not reached"] == "1"


def test_whom_nobody_could_reach_leads_to_the_visit_and_names_nobody() -> None:
    visit = a_visit("visit-3", starts_at=tomorrow(), patient=NO_CONTACT)

    page = overview(desk(*EVERYTHING))

    assert "Patients of tomorrow whom nobody could reach" in page
    assert f'<a href="{story_of(visit)}">visit-3</a>, at 12:00, no contact' in page
    assert "Zofia" not in page


def test_patients_who_wait_for_an_answer_are_counted_until_somebody_has_seen_to_it() -> None:
    reminded(a_visit("visit-1", starts_at=tomorrow()), "sms")
    texted("2")

    page = overview(desk(*EVERYTHING))

    assert "Patients who wait for an answer</a>: 1" in page
    assert "asks to be called" in page
    assert figures(page, "Answers of today")["Ask for a call, another time, or to cancel"] == "1"


def test_a_reminder_that_cannot_be_written_is_named_with_its_visit() -> None:
    visit = a_visit()
    Reminder.objects.filter(visit=visit, channel="sms").update(attempts=3, last_error="ZoneInfoNotFoundError")

    page = overview(desk(*EVERYTHING))

    assert "Reminders that can&#x27;t be written</a>: 1" in page
    assert "tried 3 times, ZoneInfoNotFoundError" in page


def test_messages_of_today_are_counted_by_how_they_stand() -> None:
    for number, state in enumerate(["delivered", "bounced", "queued", "withdrawn"]):
        visit = a_visit(f"visit-{number}", patient=a_patient(f"p-{number}"))
        reminded(visit, "sms", state=state, sent_at=None)

    counted = figures(overview(desk(*EVERYTHING)), "Emails and texts of today")

    assert (counted["Delivered"], counted["Came back or failed"], counted["Waiting to be sent"]) == ("1", "1", "1")


def test_a_month_of_visits_is_counted_by_the_clinics_days() -> None:
    first = a_visit("visit-1", starts_at=timezone.now() + timedelta(days=2))
    Visit.objects.filter(pk=first.pk).update(starts_at=timezone.now() - timedelta(days=3))
    cancelled = a_visit("visit-2", starts_at=timezone.now() + timedelta(days=2))
    booking.cancel("visit-2", at=timezone.now())
    Visit.objects.filter(pk=cancelled.pk).update(starts_at=timezone.now() - timedelta(days=3))

    shown = month.span(timezone.now(), zone=coverage.clinic())
    counted = month.visits(shown)

    assert sum(counted.values()) == 2
    assert {sort for _, sort in counted} == {month.UNCONFIRMED, month.CANCELLED}
    assert len({day for day, _ in counted}) == 1


def test_where_nothing_has_to_be_done_the_page_says_so() -> None:
    page = overview(desk(*EVERYTHING))

    assert "Nothing. Everything goes on by itself." in page
    assert page.count("None on any of these days.") == 3


def test_each_sees_what_their_rights_let_them_see() -> None:
    a_visit("visit-3", starts_at=tomorrow(), patient=NO_CONTACT)

    page = overview(desk("view_answer"))

    assert "Answers of today" in page
    assert "Visits of tomorrow" not in page
    assert "whom nobody could reach" not in page
    assert "Find a visit" not in page


def test_who_may_see_nothing_of_it_gets_the_lists_alone() -> None:
    assert "What needs a person" not in overview(desk("view_user"))


def test_the_page_takes_a_handful_of_queries_however_many_visits_there_are() -> None:
    browser = desk(*EVERYTHING)
    many_visits(300, starts_at=tomorrow())

    with CaptureQueriesContext(connection) as asked:
        overview(browser)

    assert len(asked) <= 25, [each["sql"][:80] for each in asked]
