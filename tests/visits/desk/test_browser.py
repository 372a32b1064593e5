"""The front desk's pages as somebody uses them: a real browser, a phone and a wide screen, a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from playwright.sync_api import Page

from notifications import tracking
from notifications.models import Attempt, Kind, Message, Outcome
from scripts.embedded import free_port
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, keep_picture
from tests.visits.builders import a_patient, a_visit
from tests.visits.desk.staff import SEND, story_of
from tests.visits.reminded import reminded
from visits_service.reminders import answers, coverage
from visits_service.reminders.models import Reminder
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
SCREENS = {"phone": PHONE, "wide": WIDE}
EVERYTHING = (*SEND, "view_answer", "view_message", "view_daycoverage", "add_visit", "change_visit")
FIND, PREVIEW, ADD = "/admin/desk/visitstory/", "/admin/desk/preview/", "/admin/visits/visit/add/"
REFUSED = "/admin/auth/user/"


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn; the clinic has no quiet hours, whenever the test runs."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    clinic = {"CLINIC_NAME": "Clinic Example", "PUBLIC_URL": address, "QUIET_HOURS": "none"}
    with (
        processes.web(home / "web.log", port=port, service="visits", **clinic),
        browser.chromium(address, home=home) as started,
    ):
        yield started


@pytest.fixture(autouse=True)
def _grace(chromium: Chromium) -> Iterator[None]:
    """Grace of the front desk has a login; Chromium complains of nothing, and asks no other host for anything."""
    grace = User.objects.create_user("grace", password="visibly-fake", is_staff=True)
    grace.user_permissions.set(Permission.objects.filter(codename__in=EVERYTHING))
    yield
    assert chromium.complaints == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}


def log_in(page: Page) -> None:
    """Type name and password."""
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill("visibly-fake")
    page.get_by_role("button", name="Log in").click()


def the_visit() -> Visit:
    """Tomorrow at noon, booked yesterday, moved, reminded of by text, and Ada has asked for another time."""
    patient = a_patient(name="Ada Nowak", locale="pl")
    about: dict[str, Any] = {"patient": patient, "practitioner": "Dr Maria Zielińska", "place": "Room 12"}
    a_visit(starts_at=tomorrow(10), at=timezone.now() - 26 * HOUR, **about)
    visit = a_visit(starts_at=tomorrow(12), at=timezone.now() - 25 * HOUR, **about)
    arrived(reminded(visit, "sms"))
    answers.ask(visit, "move", text="After six, please", at=timezone.now())
    return visit


def tomorrow(hour: int) -> datetime:
    """Tomorrow at that hour by the clinic's clock."""
    local = timezone.now().astimezone(coverage.clinic()) + timedelta(days=1)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def arrived(message: Message) -> None:
    """The provider took it, and reported that it arrived."""
    name = f"provider-{message.pk}"
    Message.objects.filter(pk=message.pk).update(provider_message_id=name)
    Attempt.objects.create(message=message, number=1, outcome=Outcome.ACCEPTED, finished_at=timezone.now())
    tracking.record(tracking.Update(event_id=name, state=Kind.DELIVERED, provider_message_id=name))


def a_clinics_day() -> Visit:
    """Some visits around the one."""
    for number, hour in enumerate((8, 9, 13, 15)):
        mine = a_patient(
            f"patient-{number + 10}", name=f"Patient {number}", email=f"p{number}@patient.example", phone=""
        )
        other = a_visit(f"visit-{number + 10}", patient=mine, starts_at=tomorrow(hour))
        arrived(reminded(other, "email"))
    a_visit("visit-20", patient=a_patient("patient-20", name="Jan Lis", email="", phone=""), starts_at=tomorrow(16))
    return the_visit()


def test_grace_finds_ada_by_name_reads_the_story_and_sends_another_text(chromium: Chromium) -> None:
    visit = a_clinics_day()

    def steps(page: Page) -> tuple[str, str, bool]:
        log_in(page)
        keep_picture(page, "visits-overview", whole=True)
        fitting = [fits(page)]
        page.get_by_label("Find a visit or a patient").fill("nowak")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("heading", name="What has happened").wait_for()
        keep_picture(page, "visit-story", whole=True)
        fitting.append(fits(page))
        page.get_by_label("by text message").check()
        page.get_by_role("button", name="Send it").click()
        doubt = page.get_by_role("alert").inner_text()
        page.get_by_role("button", name="Send it all the same").click()
        page.get_by_text("It is on its way.").wait_for()
        return page.url, doubt, all(fitting)

    url, doubt, fitting = chromium.look("/admin/", steps, size=WIDE)

    assert fitting
    assert url.endswith(story_of(visit))
    assert "has gone to this address already" in doubt
    row = Reminder.objects.get(asked_by="grace")
    assert (row.channel, row.message and row.message.to) == ("sms", "+48601000001")


def test_grace_sees_what_a_patient_would_read_in_polish(chromium: Chromium) -> None:
    def steps(page: Page) -> tuple[str, str, str]:
        log_in(page)
        page.get_by_role("link", name="pl", exact=True).click()
        letter = page.frame_locator("iframe")
        colour: str = letter.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        return letter.locator("body").inner_text(), colour, page.locator(".preview-sms").inner_text()

    letter, colour, text = chromium.look(PREVIEW, steps, size=WIDE)

    assert "Ada Example" in letter
    assert colour == "rgb(244, 245, 246)", "the email's own styles hold"
    assert "Clinic Example" in text


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS.keys())
def test_axe_finds_no_barrier_on_any_page(chromium: Chromium, size: tuple[int, int], night: bool) -> None:
    visit = a_clinics_day()
    paths = ["/admin/", FIND, story_of(visit), story_of(visit.patient), PREVIEW, ADD, REFUSED]

    def steps(page: Page) -> list[str]:
        log_in(page)
        found = []
        for path in paths:
            page.goto(chromium.address + path)
            found += [f"{path}: too wide"] if not fits(page) else []
            complaints = [each for each in chromium.complaints if path != REFUSED or "403" not in each]
            found += [f"{path}: {each}" for each in (*complaints, *barriers(page))]
            chromium.complaints.clear()  # of axe itself, whose own styles the page refuses
        return found

    assert chromium.look("/admin/", steps, size=size, night=night) == []
