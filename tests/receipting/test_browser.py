"""The patient's page as somebody uses it: a real browser, a phone and a wide screen, a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from notifications.models import Message
from receipts.models import Receipt
from scripts.embedded import free_port
from servicekit.pages import colours
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, inks, keep_picture, text_twice_as_large
from tests.builders import finish, render
from tests.receipting import pages
from tests.receipting.paid_visits import a_paid_visit, refund

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = {"phone": PHONE, "wide": WIDE}
SMALLEST = (320, 640)
"""A wide screen at 400 % (WCAG 2.2, 1.4.10)."""
LANGUAGES = ("en", "pl", "de", "ar")
FORGED = "/r/forged"
FOCUSED = "[document.activeElement.innerText, getComputedStyle(document.activeElement).outlineStyle]"


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    clinic = {"CLINIC_NAME": "Clinic Example", "PUBLIC_URL": address, "CLINIC_COLOUR": "#14b8a6"}
    server = processes.web(home / "web.log", port=port, **clinic)
    with server, browser.chromium(address, home=home) as started:
        yield started


@pytest.fixture(autouse=True)
def _nobody_complains(chromium: Chromium) -> Iterator[None]:
    """Chromium complains of nothing, such as a broken Content-Security-Policy, and asks no other host for anything."""
    yield
    refusals = [line for line in chromium.complaints if "404 (Not Found)" not in line]
    chromium.complaints.clear()
    assert refusals == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}


@pytest.fixture(autouse=True)
def _the_clinic(settings: Settings) -> None:
    """How it is reached, as its receipts say."""
    settings.CLINIC_PHONE, settings.CLINIC_REPLY_TO = "+48 22 555 01 00", "Front desk <desk@clinic.example>"
    settings.CLINIC_COLOUR = "#14b8a6"


def a_refunded_visit(**about: str) -> Receipt:
    """A receipt of 120.00 EUR that was sent, and a refund of 30.00 of it."""
    payment, charge = a_paid_visit(amount=12_000, email="ada@patient.example", livemode=True, **about)
    receipt = finish(payment)
    render(refund(charge, 3_000))
    Message.objects.filter(about=receipt.number).update(state="delivered")
    return receipt


def every_page() -> list[str]:
    """The paths of the page in all its states: settled, corrected, a test without its PDF, and no page at all."""
    test, _ = a_paid_visit(payment_intent_id="pi_test", charge_id="ch_test")
    waiting = Receipt.objects.get(number=test.receipt_number)
    return [pages.page_of(a_refunded_visit()), pages.page_of(waiting), FORGED]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_patient_sees_how_the_payment_stands_and_opens_a_pdf(chromium: Chromium, screen: str) -> None:
    receipt = a_refunded_visit()

    def steps(page: Page) -> tuple[str, str, bool, str | None]:
        keep_picture(page, f"receipt-page-{screen}", whole=True)
        seen = page.get_by_role("status").inner_text(), page.title(), fits(page)
        with page.expect_response(lambda answer: answer.url.endswith(".pdf")) as answered:
            page.get_by_role("link", name=receipt.number).click()
        return *seen, answered.value.header_value("content-type")

    said, title, fitting, opened = chromium.look(pages.page_of(receipt), steps, size=SCREENS[screen])

    assert "€30.00 were refunded" in said
    assert title.startswith("Partly refunded")
    assert fitting
    assert opened == "application/pdf"


def test_with_an_old_link_a_patient_asks_for_a_new_one(chromium: Chromium) -> None:
    def steps(page: Page) -> str:
        page.get_by_role("button", name="Send me a new link").click()
        page.get_by_role("heading", name="Look into your mailbox").wait_for()
        return page.get_by_role("main").inner_text()

    said = chromium.look(FORGED, steps)

    assert "If this link was ever good, a new one is on its way" in said


def test_the_pdfs_are_reached_with_the_keyboard_alone_in_their_order(chromium: Chromium) -> None:
    receipt = a_refunded_visit()

    def steps(page: Page) -> list[tuple[str, str]]:
        reached = []
        for _ in range(4):
            page.keyboard.press("Tab")
            reached.append(tuple(page.evaluate(FOCUSED)))
        return reached

    reached = chromium.look(pages.page_of(receipt), steps)

    labels = [label for label, _ in reached]
    assert [label.partition("PDF")[1] for label in labels] == ["PDF", "PDF", "", ""]
    assert receipt.number in labels[0]
    assert labels[2:] == ["+48 22 555 01 00", "desk@clinic.example"]
    assert {outline for _, outline in reached} == {"solid"}


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_runs_its_way_and_fits_a_small_screen_and_large_text(
    chromium: Chromium, settings: Settings, locale: str
) -> None:
    settings.CLINIC_LOCALE = locale
    receipt = a_refunded_visit()

    def steps(page: Page) -> tuple[bool, bool, str]:
        small = fits(page)
        text_twice_as_large(page)
        return small, fits(page), page.evaluate("getComputedStyle(document.querySelector('h1')).direction")

    seen = chromium.look(pages.page_of(receipt), steps, size=SMALLEST)

    assert seen == (True, True, "rtl" if locale == "ar" else "ltr")


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_no_barrier_by_day_or_by_night(chromium: Chromium, screen: str, night: bool) -> None:
    paths = every_page()

    found = [line for path in paths for line in chromium.look(path, barriers, size=SCREENS[screen], night=night)]

    assert found == []


@pytest.mark.parametrize("locale", ["de", "pl", "ar"])
def test_axe_finds_no_barrier_in_any_language(chromium: Chromium, settings: Settings, locale: str) -> None:
    settings.CLINIC_LOCALE = locale
    receipt = a_refunded_visit()

    assert chromium.look(pages.page_of(receipt), barriers) == []


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
def test_every_text_stands_out_from_what_is_behind_it(chromium: Chromium, night: bool) -> None:
    texts = [text for path in every_page() for text in chromium.look(path, inks, night=night)]

    assert len(texts) > 30
    assert [each for each in texts if colours.contrast(each.ink, each.behind) < 4.5] == []
