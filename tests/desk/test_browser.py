"""The staff's pages as somebody uses them: a real browser, a phone and a wide screen, by day and by night."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page

from notifications.models import Attempt, Kind, Message
from payments_service.payments.models import Movement, Payment
from receipts.models import Receipt
from scripts.embedded import free_port
from servicekit import heartbeat
from tests import browser, processes
from tests.browser import PHONE, WIDE, Chromium, barriers, fits, keep_picture
from tests.builders import a_payment, a_receipt, correct, render, take_in
from tests.receipting.desk import reported
from tests.receipting.paid_visits import a_taxed_visit
from tests.stripe_events import events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "visibly-fake"
TALL = (1280, 1300)
"""A wide screen that is high enough for a picture."""
LOOKS = [(PHONE, False), (TALL, False), (PHONE, True), (WIDE, True)]
"""Screens, by day and by night."""
DAY = 86_400
AXE = re.compile(r"Applying inline style|preload|Promise.all|404 \(Not Found\)")
"""Axe looks for style sheets that others import and applies them itself, which our policy doesn't let it do."""


@pytest.fixture(scope="module")
def chromium(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Chromium in front of the service's own gunicorn."""
    home, port = tmp_path_factory.mktemp("chromium"), free_port()
    address = f"http://127.0.0.1:{port}"
    with (
        processes.web(home / "web.log", port=port, PUBLIC_URL=address),
        browser.chromium(address, home=home) as started,
    ):
        yield started


@pytest.fixture(autouse=True)
def _a_clinic_at_work(chromium: Chromium) -> Iterator[None]:
    """Somebody may sign in, the machine beats; and Chromium complains of nothing and asks nobody else."""
    cache.clear()
    User.objects.create_superuser("maria", password=PASSWORD)
    heartbeat.heartbeat()
    yield
    cache.clear()
    complaints = [line for line in chromium.complaints if not AXE.search(line)]
    chromium.complaints.clear()
    assert complaints == []
    assert chromium.strangers == {chromium.address.removeprefix("http://")}


def sign_in(page: Page) -> None:
    """Through the admin's own form, which leads on to the page."""
    page.get_by_label("Username").fill("maria")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#content h1").wait_for()


def is_for_the_picture(page: Page) -> bool:
    """Whether this look is the one that the documentation shows."""
    return page.viewport_size == {"width": TALL[0], "height": TALL[1]}


def a_busy_month() -> None:
    """Some payments on each of thirty days, with letters of every outcome, and a few things to do."""
    now = int(time.time())
    for back in range(30):
        for number in range(1 + (back * 7) % 4):
            about = {"payment_intent_id": f"pi_{back}_{number}", "charge_id": f"ch_{back}_{number}"}
            a_payment(
                created=now - back * DAY, amount=4_000 + 1_500 * ((back * 5 + number) % 6), livemode=True, **about
            )
    Payment.objects.update(due_at=None, receipt_number="R-2026-000099")
    letters = []
    for number, payment in enumerate(Payment.objects.order_by("pk")):
        state = "bounced" if number % 9 == 0 else "sent" if number % 4 == 0 else "delivered"
        letters.append(a_letter(number, state))
        letters[-1].created_at = payment.paid_at or timezone.now()
    Message.objects.bulk_create(letters)
    for number, email in enumerate(("ada@example.com", "bob@example.com")):
        receipt = a_receipt(
            created=now, livemode=True, payment_intent_id=f"pi_n{number}", charge_id=f"ch_n{number}", email=email
        )
        reported(receipt, Kind.BOUNCED if number else Kind.DELIVERED, code="invalid" if number else "")


def a_letter(number: int, state: str) -> Message:
    """One that was written some day."""
    return Message(
        dedupe_key=f"sample:{number}", channel="email", state=state, language="en", to="x@example.com", text="x",
        message_id=f"<{number}@example.com>", about=f"sample-{number}",
    )  # fmt: skip


def a_whole_story() -> Payment:
    """A visit that was paid, whose letter came back, was sent elsewhere, and of which some money went back."""
    payment, charge = a_taxed_visit((9_000, "23"), (3_000, ""))
    receipt = Receipt.objects.get(number=payment.receipt_number)
    render(receipt)
    Attempt.objects.create(
        message=Message.objects.get(about=receipt.number), number=1, outcome="accepted", finished_at=timezone.now()
    )
    reported(receipt, Kind.BOUNCED, code="invalid")
    take_in(events_of_a_refund(charge, amount=3_000))
    for document in correct():
        render(document)
    Movement.objects.update(moved_at=F("recorded_at"))
    Payment.objects.update(paid_at=F("recorded_at") - timedelta(seconds=2))
    return Payment.objects.get(pk=payment.pk)


def test_the_overview_is_read_without_a_barrier(chromium: Chromium) -> None:
    a_busy_month()

    def steps(page: Page) -> tuple[bool, list[str], str, int]:
        sign_in(page)
        keep_picture(page, "overview", when=is_for_the_picture(page))
        fitting, found = fits(page), barriers(page)
        page.get_by_text("The figures").first.click()
        return fitting, found, page.locator("details[open] table").inner_text(), page.locator("rect").count()

    seen = [chromium.look("/admin/", steps, size=size, night=night) for size, night in LOOKS]

    for fitting, found, figures, bars in seen:
        assert fitting
        assert found == []
        assert f"{timezone.localdate():%a, %Y-%m-%d}" in figures
        assert bars > 60


def test_a_payments_story_is_found_by_name_and_read_without_a_barrier(chromium: Chromium) -> None:
    payment = a_whole_story()

    def steps(page: Page) -> tuple[str, bool, list[str], str]:
        sign_in(page)
        page.get_by_role("searchbox", name="Find a payment").fill("zofia")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("heading", name="What happened").wait_for()
        keep_picture(page, "payment-story", when=is_for_the_picture(page))
        return page.url, fits(page), barriers(page), page.locator(".desk-story").inner_text()

    seen = [chromium.look("/admin/", steps, size=size, night=night) for size, night in LOOKS]

    for url, fitting, found, told in seen:
        assert url.endswith(f"/admin/payments/payment/{payment.pk}/change/")
        assert fitting
        assert found == []
        assert "It came back" in told
        assert "Refund of" in told


def test_a_document_goes_to_another_address_after_somebody_looked_at_it_once_more(chromium: Chromium) -> None:
    payment = a_whole_story()

    def steps(page: Page) -> tuple[str, list[str], str]:
        sign_in(page)
        page.get_by_label("Email address").fill("insurer@example.com")
        page.get_by_label("Reason").fill("her insurer asked for it")
        page.get_by_role("button", name="Send it").click()
        page.get_by_role("heading", name="to another address?").wait_for()
        asked, found = page.locator("#content").inner_text(), barriers(page)
        page.get_by_role("button", name="Send it there").click()
        page.get_by_text("It is on its way").wait_for()
        return asked, found, page.locator(".desk-story").inner_text()

    asked, found, told = chromium.look(f"/admin/payments/payment/{payment.pk}/change/", steps)

    assert "insurer@example.com" in asked
    assert found == []
    assert "maria had" in told
    assert "her insurer asked for it" in told


def test_letters_are_seen_in_a_frame_with_their_own_look(chromium: Chromium) -> None:
    def steps(page: Page) -> tuple[bool, list[str], str, str]:
        sign_in(page)
        page.get_by_label("Language").select_option("pl")
        page.get_by_role("button", name="Show").click()
        letter = page.frame_locator(".desk-letter")
        letter.get_by_text("Ada Example").first.wait_for()
        found = barriers(page)
        colour = letter.locator("a").first.evaluate("each => getComputedStyle(each).color")
        return fits(page), found, letter.locator("html").get_attribute("lang") or "", colour

    seen = [chromium.look("/admin/receipts/receipt/previews/", steps, size=size) for size in (PHONE, WIDE)]

    assert seen == 2 * [(True, [], "pl", "rgb(15, 118, 110)")]
