"""The second factor as somebody sets it up and uses it: a real browser with a strict policy, and a real server."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django_otp.oath import totp
from playwright.sync_api import Page

from scripts.embedded import free_port
from staff import factors
from staff.models import AccessRecord
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, keep_picture
from tests.staff.desk import PASSWORD, a_login

pytestmark = pytest.mark.django_db(transaction=True)
STEP = 30
IN_AND_SET_UP = [("sign_in", ""), ("factor", "app set up")]


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    server = processes.web(home / "web.log", port=port, PUBLIC_URL=address)
    with server, browser.chromium(address, home=home) as started:
        yield started


@pytest.fixture
def _quick_passwords() -> None:
    """The server hashes as it does in production."""


@pytest.fixture
def grace(chromium: Chromium) -> Iterator[User]:
    """At the front desk; Chromium complains of nothing but the server's own refusals meanwhile."""
    yield a_login("grace")
    assert [line for line in chromium.complaints if "429" not in line] == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Through the admin's own form."""
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def shown_by_app(key: str, *, steps_on: int = 0) -> str:
    """The six digits that an app with this key shows now, or some steps of half a minute later."""
    return f"{totp(base64.b32decode(key), t0=-steps_on * STEP):06d}"


def set_up(page: Page) -> str:
    """From the link at the top of each page to the picture; the key below it."""
    page.get_by_role("link", name="Second factor").click()
    drawn = page.get_by_role("img", name="The key as a QR code").bounding_box()
    assert drawn
    assert min(drawn["width"], drawn["height"]) > 100
    return page.locator("code").inner_text()


def give(page: Page, code: str, *, button: str) -> None:
    """Type a code and go on."""
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
def test_grace_sets_up_an_app_signs_out_and_comes_in_again_with_its_code(
    chromium: Chromium, grace: User, size: tuple[int, int]
) -> None:
    wrong: list[str] = []

    def look_at(page: Page, name: str) -> None:
        keep_picture(page, name, when=size == WIDE)
        wrong.extend(barriers(page) if fits(page) else [f"{name} doesn't fit"])

    def steps(page: Page) -> int:
        sign_in(page)
        key = set_up(page)
        look_at(page, "second-factor")
        give(page, shown_by_app(key), button="Set up")
        page.get_by_role("link", name="I have kept them").wait_for()
        look_at(page, "recovery-codes")
        codes = page.locator(".codes code").count()
        page.get_by_role("button", name="Log out").click()
        page.goto(f"{chromium.address}/admin/receipts/receipt/")
        sign_in(page)
        page.get_by_label("Code", exact=True).wait_for()
        look_at(page, "sign-in-code")
        give(page, shown_by_app(key, steps_on=1), button="Go on")
        page.get_by_role("heading", name="Select receipt to view").wait_for()
        return codes

    codes = chromium.look("/admin/", steps, size=size)

    assert codes == factors.CODES
    assert wrong == []
    told = [(each.kind, each.what) for each in AccessRecord.objects.exclude(kind="page").order_by("pk")]
    assert told == [*IN_AND_SET_UP, ("sign_out", ""), ("sign_in", ""), ("factor", "code of app"), ("list", "")]


def test_who_guesses_too_often_is_told_how_long_to_wait(chromium: Chromium, grace: User) -> None:
    def steps(page: Page) -> tuple[str, list[str], bool]:
        for number in range(5):
            sign_in(page, f"wrong-{number}")
        said = page.get_by_text("Too many wrong passwords").inner_text()
        keep_picture(page, "sign-in-closed")
        return said, barriers(page), fits(page)

    said, found, fitting = chromium.look("/admin/", steps, size=PHONE)

    assert "try again in 15 minutes" in said
    assert found == []
    assert fitting
