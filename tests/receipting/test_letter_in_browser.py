"""The letter as a mail program shows its HTML: on a phone and a wide screen, in each direction of writing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from payments_service.receipting import letters
from receipts.models import Receipt
from tests import browser
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, keep_picture
from tests.builders import finish
from tests.receipting.paid_visits import a_paid_visit

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "pl", "de", "ar")
EMPTY = "about:blank"
OF_THE_PROGRAM = ("landmark-one-main", "region")
"""What a letter leaves to the page that shows it."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of nothing: a letter brings all that it needs."""
    with browser.chromium("", home=tmp_path_factory.mktemp("chromium")) as started:
        yield started


def html_of_a_letter() -> str:
    """What the patient of a paid visit is sent."""
    receipt = finish(a_paid_visit(amount=12_000, email="ada@patient.example", livemode=True)[0])
    return letters.letter_for(Receipt.objects.get(pk=receipt.pk)).html


def test_a_letter_asks_no_server_for_anything(chromium: Chromium) -> None:
    html = html_of_a_letter()

    chromium.look(EMPTY, lambda page: page.set_content(html))

    assert chromium.strangers <= {""}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_every_letter_fits_and_has_no_barrier(
    chromium: Chromium, settings: Settings, locale: str, size: tuple[int, int]
) -> None:
    settings.CLINIC_LOCALE, settings.CLINIC_PHONE = locale, "+48 22 555 01 00"
    html = html_of_a_letter()

    def steps(page: Page) -> tuple[bool, list[str], str]:
        page.set_content(html)
        keep_picture(page, "letter", when=locale == "en" and size == PHONE, whole=True)
        found = [each for each in barriers(page) if not each.startswith(OF_THE_PROGRAM)]
        return fits(page), found, page.evaluate("getComputedStyle(document.querySelector('p')).direction")

    seen = chromium.look(EMPTY, steps, size=size)

    assert seen == (True, [], "rtl" if locale == "ar" else "ltr")
