"""What the clinic is told about the visits of a day: who was reminded, and whom somebody has to call."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from tests.visits.builders import a_patient, a_visit, instant, next_noon
from tests.visits.reminding import many_visits, scan
from visits_service.booking import services as booking
from visits_service.reminders import coverage
from visits_service.reminders.coverage import Coverage
from visits_service.reminders.follow_up import follow_up
from visits_service.visits import consent, services
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STARTS = next_noon(days=3)
NOW = STARTS - DAY + HOUR


def of_the_day(now: datetime = NOW) -> Coverage:
    """The coverage of the day of the visits."""
    return coverage.of_day(STARTS.date(), now=now)


def a_day() -> None:
    """One visit of each fate, an hour after the reminders of most were due."""
    numbers = iter(range(10, 99))

    def visit(name: str, *, email: str = "", phone: bool = True, **about: Any) -> Visit:
        number = f"+486010000{next(numbers)}" if phone else ""
        patient = a_patient(name, name=name.title(), email=email, phone=number)
        return a_visit(name, patient=patient, **({"starts_at": STARTS, "at": STARTS - 2 * DAY} | about))

    visit("delivered", email="delivered@patients.example", phone=False)
    visit("sent", email="sent@patients.example", phone=False)
    visit("under-way")
    visit("failed")
    visit("bad-row")
    visit("no-contact", phone=False)
    stopped = visit("opted-out")
    consent.stop("sms", source=consent.Source.STAFF, patient=stopped.patient, at=STARTS - 2 * DAY)
    booking.cancel(visit("cancelled").external_id, at=STARTS - 2 * DAY)
    confirmed = visit("confirmed", phone=False)
    services.confirm(confirmed, at=STARTS - DAY)
    Visit.objects.filter(external_id="bad-row").update(timezone="Mars/Olympus")
    scan(STARTS - DAY)
    Visit.objects.filter(external_id="bad-row").update(timezone="Europe/Warsaw")
    visit("to-come", starts_at=STARTS + 2 * HOUR)
    visit("too-late", starts_at=STARTS, at=STARTS - HOUR)
    fate("delivered@patients.example", state="delivered")
    fate("sent@patients.example", state="sent")
    number = Visit.objects.get(external_id="failed").patient.phone
    fate(number, state="failed", last_error="recipient_refused")
    follow_up(now=NOW)


def fate(to: str, **about: str) -> None:
    """What has become of the message to that address."""
    assert Message.objects.filter(to=to).update(due_at=None, **about) == 1


def test_each_visit_of_the_day_has_one_outcome_and_the_numbers_add_up() -> None:
    a_day()

    found = of_the_day()

    outcomes = {line.external_id: (line.outcome.value, line.reason) for line in found.lines}
    assert outcomes == {
        "delivered": ("reminded", ""),
        "sent": ("reminded", ""),
        "under-way": ("to_come", ""),
        "to-come": ("to_come", ""),
        "failed": ("failed", "recipient_refused"),
        "bad-row": ("failed", "ZoneInfoNotFoundError"),
        "no-contact": ("no_contact", "no_contact"),
        "confirmed": ("no_contact", "no_contact"),
        "opted-out": ("opted_out", "opted_out"),
        "too-late": ("expired", "too_late"),
    }
    assert found.counts() == {
        "visits": 10,
        "reminded": 2,
        "to_come": 2,
        "opted_out": 1,
        "no_contact": 2,
        "not_wanted": 0,
        "failed": 2,
        "expired": 1,
        "delivered": 1,
        "confirmed": 1,
        "to_call": 5,
    }


def test_to_call_are_those_whom_nothing_has_reached_or_will_and_who_have_not_confirmed() -> None:
    a_day()

    found = of_the_day()

    assert {line.external_id for line in found.to_call} == {"failed", "bad-row", "no-contact", "opted-out", "too-late"}


def test_once_a_visit_has_begun_nobody_needs_to_call() -> None:
    a_day()
    services.finish_past(now=STARTS + HOUR)

    found = of_the_day(now=STARTS + HOUR)

    assert found.counts()["visits"] == 10
    assert found.to_call == ()


def test_an_outcome_is_that_of_the_visit_as_it_is_now() -> None:
    a_visit(starts_at=STARTS, at=STARTS - 3 * DAY)
    scan(STARTS - DAY)
    Message.objects.update(state="sent", due_at=None)

    a_visit(starts_at=STARTS + HOUR, at=STARTS - 2 * HOUR)

    assert [line.outcome for line in of_the_day().lines] == [coverage.Outcome.TO_COME]


@pytest.mark.parametrize(
    ("day", "names"),
    [("2027-03-28", ["first", "last"]), ("2027-03-27", ["before"]), ("2027-03-29", ["after"])],
)
def test_a_day_is_the_clinics_calendar_day_also_when_the_clocks_change(day: str, names: list[str]) -> None:
    for name, starts in (
        ("before", "2027-03-27 22:59"),
        ("first", "2027-03-27 23:00"),
        ("last", "2027-03-28 21:59"),
        ("after", "2027-03-28 22:00"),
    ):
        a_visit(name, patient=a_patient(name), starts_at=instant(starts), at=instant("2027-03-01 10:00"))

    found = coverage.of_day(datetime.fromisoformat(day).date(), now=instant("2027-03-01 10:00"))

    assert [line.external_id for line in found.lines] == names


def test_thousands_of_visits_take_as_many_statements_as_one() -> None:
    many_visits(2000, starts_at=STARTS)

    with CaptureQueriesContext(connection) as asked:
        found = of_the_day()

    assert found.counts()["to_come"] == 2000
    assert len(asked) == 3


def run(*arguments: str) -> str:
    """What the command prints."""
    printed = io.StringIO()
    call_command("coverage", *arguments, stdout=printed)
    return printed.getvalue()


def tomorrows_visit(name: str = "Ada [bold]Nowak") -> Visit:
    """A visit at noon tomorrow by the clinic's clock whose patient can't be reached."""
    starts_at = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) + DAY
    return a_visit(patient=a_patient(name=name, email="", channels=("email",)), starts_at=starts_at)


def test_the_command_prints_counts_and_whom_to_call() -> None:
    tomorrows_visit()

    printed = run("--date", "tomorrow")

    assert "no contact" in printed
    assert "12:00" in printed
    assert "Ada [bold]Nowak" in printed
    assert "+48601000001" in printed


def test_the_command_speaks_json() -> None:
    tomorrows_visit()

    body = json.loads(run("--json"))

    assert (body["visits"], body["no_contact"], body["call"]) == (1, 1, ["visit-1"])
    assert body["lines"][0]["name"] == "Ada [bold]Nowak"


def test_the_command_writes_csv_that_no_spreadsheet_takes_for_a_formula() -> None:
    tomorrows_visit(name="=HYPERLINK(1)")

    rows = list(csv.DictReader(io.StringIO(run("--csv"))))

    assert [(row["name"], row["phone"], row["outcome"]) for row in rows] == [
        ("'=HYPERLINK(1)", "+48601000001", "no_contact")
    ]


def test_a_day_that_is_none_is_refused_with_what_is_expected() -> None:
    with pytest.raises(CommandError, match="expected today, tomorrow or YYYY-MM-DD, got 'someday'"):
        run("--date", "someday")


def a_member_of_staff(*permissions: str) -> Client:
    """A browser of somebody who is logged in and may do that much."""
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client()
    browser.force_login(user)
    return browser


def test_the_admin_leads_to_the_page_and_the_page_says_whom_to_call() -> None:
    tomorrows_visit(name="Ada <b>Nowak</b>")
    browser = a_member_of_staff("view_daycoverage")

    index = browser.get("/admin/", secure=True).content.decode()
    page = browser.get("/admin/reminders/daycoverage/", secure=True).content.decode()

    assert "/admin/reminders/daycoverage/" in index
    assert "Ada &lt;b&gt;Nowak&lt;/b&gt;" in page
    assert "tel:+48601000001" in page
    assert "12:00" in page


@pytest.mark.parametrize(("day", "shown"), [("2027-03-28", "2027-03-28"), ("yesteryear", "tomorrow")])
def test_the_page_shows_the_day_that_is_asked_for(day: str, shown: str) -> None:
    browser = a_member_of_staff("view_daycoverage")

    page = browser.get("/admin/reminders/daycoverage/", {"date": day}, secure=True).content.decode()

    expected = coverage.day_named(shown, now=timezone.now())
    assert f'value="{expected}"' in page
    assert "Nobody." in page


def test_the_page_is_for_those_who_may_see_it() -> None:
    browser = a_member_of_staff()

    answer = browser.get("/admin/reminders/daycoverage/", secure=True)

    assert answer.status_code == 403
