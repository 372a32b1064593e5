"""The front desk's page of what didn't arrive as somebody uses it: a real browser and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Page

from notifications.models import Message
from payments_service.receipting import reasons, undelivered
from payments_service.receipting.models import HandedOver
from scripts.embedded import free_port
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, fits, keep_picture
from tests.receipting.desk import a_bounced_receipt

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/receipting/undeliveredreceipt/"
MAY = ("view_undeliveredreceipt", "change_undeliveredreceipt", "view_handedover")


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn, which remembers rows that the admin's log points to."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = processes.web(tmp_path / "web.log", port=port, PUBLIC_URL=address)
    with server, browser.chromium(address, home=tmp_path) as started:
        yield started


@pytest.fixture(autouse=True)
def _grace(chromium: Chromium) -> Iterator[None]:
    """Grace of the front desk has a login for this and nothing else; Chromium complains of nothing meanwhile."""
    grace = User.objects.create_user("grace", password="visibly-fake", is_staff=True)
    grace.user_permissions.set(Permission.objects.filter(codename__in=MAY))
    yield
    assert chromium.complaints == [], chromium.complaints


def log_in(page: Page) -> None:
    """Type name and password."""
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password").fill("visibly-fake")
    page.get_by_role("button", name="Log in").click()


def test_grace_takes_the_link_and_notes_that_it_is_done(chromium: Chromium) -> None:
    receipt = a_bounced_receipt(code="invalid")

    def steps(page: Page) -> tuple[str, str]:
        log_in(page)
        page.get_by_role("link", name=receipt.number).click()
        page.get_by_text(reasons.BOUNCED["invalid"]).wait_for()
        keep_picture(page, "receipt-that-didnt-arrive")
        link = page.get_by_label("Link to the PDF").input_value()
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        kind: str = page.evaluate("link => fetch(link).then(answer => answer.headers.get('Content-Type'))", link)
        page.get_by_label("How").select_option("sent by post")
        page.get_by_label("Note").fill("to the daughter")
        page.get_by_role("button", name="Done").click()
        return kind, page.get_by_role("list").filter(has_text="Noted").inner_text()

    kind, said = chromium.look(LIST, steps, size=WIDE)

    assert kind == "application/pdf"
    assert "handed over in another way" in said
    kept = HandedOver.objects.get()
    assert (kept.receipt.number, kept.way, kept.note, kept.by) == (receipt.number, "post", "to the daughter", "grace")
    assert not undelivered.waiting().exists()


def test_grace_sends_it_to_another_address_from_a_phone(chromium: Chromium) -> None:
    receipt = a_bounced_receipt()

    def steps(page: Page) -> tuple[str, bool]:
        log_in(page)
        page.get_by_role("link", name=receipt.number).click()
        fitting = fits(page)
        page.get_by_label("Email address").fill("not an address")
        page.get_by_role("button", name="Send it there").click()
        page.get_by_text("Enter a valid email address.").wait_for()
        page.get_by_label("Email address").fill("right@patient.example")
        page.get_by_label("Keep this address").check()
        page.get_by_role("button", name="Send it there").click()
        page.get_by_role("heading", name="to another address?").wait_for()
        fitting = fitting and fits(page)
        page.get_by_role("button", name="Send it there").click()
        return page.get_by_role("list").filter(has_text="on its way").inner_text(), fitting

    said, fitting = chromium.look(LIST, steps, size=PHONE)

    assert fitting
    assert "it will stand here again" in said
    assert Message.objects.filter(about=receipt.number, to="right@patient.example").exists()
