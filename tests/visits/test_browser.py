"""The patient's pages as somebody uses them: a real browser, a phone and a wide screen, a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from scripts.embedded import free_port
from servicekit.pages import colours
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, inks, keep_picture
from tests.visits.builders import a_patient, a_visit, next_noon, reminders_of
from tests.visits.pages import page_for, page_of
from visits_service.reminders import answers
from visits_service.reminders.models import Answer, Reminder
from visits_service.visits.models import Visit

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = {"phone": PHONE, "wide": WIDE}
SMALL = (360, 640)


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    clinic = {"CLINIC_NAME": "Clinic Example", "PUBLIC_URL": address, "CLINIC_COLOUR": "#14b8a6"}
    server = processes.web(home / "web.log", port=port, service="visits", **clinic)
    with server, browser.chromium(address, home=home) as started:
        yield started


@pytest.fixture(autouse=True)
def _nobody_complains(chromium: Chromium) -> Iterator[None]:
    """Chromium complains of nothing, such as a broken Content-Security-Policy, and asks no other host for anything."""
    yield
    assert chromium.complaints == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}


def the_visit(**about: str) -> Visit:
    """Tomorrow at noon or one o'clock."""
    patient = a_patient(**about)
    return a_visit(patient=patient, starts_at=next_noon(days=1), practitioner="Dr Maria Zielińska", place="Room 12")


@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS.keys())
def test_a_patient_opens_the_link_presses_the_button_and_sees_the_visit_confirmed(
    chromium: Chromium, size: tuple[int, int]
) -> None:
    visit = the_visit()

    def steps(page: Page) -> tuple[str, str, bool]:
        keep_picture(page, "patient-page-phone", when=size == PHONE)
        page.get_by_role("button", name="Yes, I will come").click()
        page.get_by_role("heading", name="Confirmed").wait_for()
        keep_picture(page, "patient-page-wide", when=size == WIDE)
        return page.get_by_role("status").inner_text(), page.title(), fits(page)

    said, title, fitting = chromium.look(page_of(visit), steps, size=size)

    assert "We look forward to seeing you" in said
    assert title.startswith("Confirmed")
    assert fitting
    visit.refresh_from_db()
    assert visit.status == Visit.Status.CONFIRMED


@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS.keys())
def test_a_patient_asks_to_cancel_and_is_told_that_the_visit_stands_until_then(
    chromium: Chromium, size: tuple[int, int]
) -> None:
    visit = the_visit()

    def steps(page: Page) -> str:
        page.get_by_role("link", name="Ask for another time, or cancel").click()
        page.get_by_role("button", name="Send to the clinic").click()
        page.get_by_role("alert").filter(has_text="Please choose one of the two.").wait_for()
        page.get_by_label("To cancel the visit").check()
        page.get_by_label("Message to the clinic").fill("I am away.\nSorry!")
        page.get_by_role("button", name="Send to the clinic").click()
        page.get_by_role("heading", name="You have asked to cancel").wait_for()
        return page.get_by_role("status").inner_text()

    said = chromium.look(page_of(visit), steps, size=size)

    assert "Until then your visit stands" in said
    answer = Answer.objects.get()
    assert (answer.kind, answer.text, answer.needs_a_person) == ("cancel", "I am away.\nSorry!", True)
    visit.refresh_from_db()
    assert visit.status == Visit.Status.BOOKED


@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS.keys())
def test_a_patient_chooses_channels(chromium: Chromium, size: tuple[int, int]) -> None:
    visit = the_visit()

    def steps(page: Page) -> tuple[bool, str]:
        page.get_by_label("By text message").uncheck()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("heading", name="Saved").wait_for()
        return page.get_by_label("By text message").is_checked(), page.get_by_role("status").inner_text()

    still_checked, said = chromium.look(page_for(visit.patient), steps, size=size)

    assert not still_checked
    assert "We remind you by email." in said
    planned = reminders_of(visit)
    assert (planned["email"].state, planned["sms"].state) == (Reminder.State.PLANNED, Reminder.State.VOID)


def test_emails_are_stopped_with_one_button(chromium: Chromium) -> None:
    visit = the_visit()

    def steps(page: Page) -> str:
        page.get_by_role("button", name="Stop emails").click()
        page.get_by_role("heading", name="Stopped").wait_for()
        page.get_by_role("link", name="Choose how we remind you").click()
        return page.get_by_role("status").inner_text()

    said = chromium.look(page_for(visit.patient, "stop_email"), steps)

    assert "We remind you by text message." in said
    assert reminders_of(visit)["email"].state == Reminder.State.VOID


def test_all_of_it_is_done_with_the_keyboard_alone(chromium: Chromium) -> None:
    visit = the_visit()

    def steps(page: Page) -> tuple[str, str]:
        page.keyboard.press("Tab")
        outline: str = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Confirmed").wait_for()
        return outline, page.evaluate("document.activeElement.id")

    outline, focus = chromium.look(page_of(visit), steps)

    assert outline == "solid"
    assert focus == "state"
    visit.refresh_from_db()
    assert visit.status == Visit.Status.CONFIRMED


@pytest.mark.parametrize("locale", ["en", "pl", "de", "ar"])
def test_every_language_fits_a_small_phone_and_runs_its_way(chromium: Chromium, locale: str) -> None:
    visit = the_visit(locale=locale)
    paths = [page_of(visit), page_of(visit, "visit_change")]
    paths += [page_for(visit.patient), page_for(visit.patient, "stop_email")]

    def steps(page: Page) -> tuple[bool, str]:
        return fits(page), page.evaluate("getComputedStyle(document.querySelector('h1')).direction")

    seen = {chromium.look(path, steps, size=SMALL) for path in paths}

    assert seen == {(True, "rtl" if locale == "ar" else "ltr")}


@pytest.mark.parametrize("night", [False, True])
def test_every_text_stands_out_from_what_is_behind_it_by_day_and_by_night(chromium: Chromium, night: bool) -> None:
    visit = the_visit()
    answers.ask(visit, "move", text="", at=timezone.now())
    paths = [page_of(visit), page_of(visit, "visit_change"), page_for(visit.patient)]

    texts = [text for path in paths for text in chromium.look(path, inks, night=night)]

    assert len(texts) > 20
    assert [each for each in texts if colours.contrast(each.ink, each.behind) < 4.5] == []


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("size", SCREENS.values(), ids=SCREENS.keys())
def test_axe_finds_no_barrier_by_day_or_by_night(chromium: Chromium, size: tuple[int, int], night: bool) -> None:
    visit = the_visit()
    answers.ask(visit, "move", text="", at=timezone.now())
    paths = [page_of(visit), page_of(visit, "visit_change")]
    paths += [page_for(visit.patient), page_for(visit.patient, "stop_email")]

    found = [line for path in paths for line in chromium.look(path, barriers, size=size, night=night)]

    assert found == []
