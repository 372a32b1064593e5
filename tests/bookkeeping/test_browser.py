"""The bookkeeper's page as somebody uses it: a real browser, a phone and a wide screen, a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page

from scripts.embedded import free_port
from tests import browser, processes
from tests.bookkeeping.a_day import a_documented_refund, a_payment_without_receipt, a_receipted_payment
from tests.browser import PHONE, WIDE, Chromium, fits, keep_picture

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/bookkeeping/dayproof/?date=2026-09-21"
PASSWORD = "visibly-fake"


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    server = processes.web(home / "web.log", port=port, PUBLIC_URL=address)
    with server, browser.chromium(address, home=home) as started:
        yield started


def sign_in(page: Page) -> None:
    """Through the admin's own form, which leads on to the page."""
    page.get_by_label("Username").fill("books")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("status").wait_for()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_bookkeeper_reads_a_day_goes_to_the_next_and_no_barrier_is_found(
    chromium: Chromium, size: tuple[int, int]
) -> None:
    User.objects.create_superuser("books", password=PASSWORD)
    a_receipted_payment()
    a_documented_refund(amount=4_000)
    a_payment_without_receipt()

    def steps(page: Page) -> tuple[str, bool, list[str], str]:
        sign_in(page)
        keep_picture(page, "daily-proof", when=size == WIDE)
        said, fitting = page.get_by_role("status").inner_text(), fits(page)
        barriers = [each["id"] for each in Axe().run(page, context="#content").response["violations"]]
        page.get_by_role("link", name="Tue, 2026-09-22").click()
        page.get_by_role("heading", name="Daily proof of Tuesday, September 22, 2026").wait_for()
        return said, fitting, barriers, page.get_by_label("Day", exact=True).input_value()

    said, fitting, barriers, next_day = chromium.look(PAGE, steps, size=size)

    assert said == "Findings: 1"
    assert fitting
    assert barriers == []
    assert next_day == "2026-09-22"
    assert chromium.complaints == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}
