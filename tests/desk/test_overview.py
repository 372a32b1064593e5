"""The first page of the admin: how today stands, for whoever may see it, by the clinic's clock, in few questions."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from notifications.models import Kind, Message
from payments_service.payments.models import Movement, Payment
from receipts.models import Receipt
from servicekit import heartbeat
from tests import builders
from tests import clinics as group
from tests.bookkeeping.staff import a_member_of_staff
from tests.receipting import paid_visits
from tests.receipting.desk import a_bounced_receipt, reported
from tests.receipting.paid_clinics import a_payment_into
from tests.receipting.paid_visits import refund

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What was counted of other days is forgotten."""
    cache.clear()
    yield
    cache.clear()


def a_payment(**about: Any) -> Payment:
    """One of this moment."""
    return builders.a_payment(**{"created": int(time.time()), **about})


def a_receipt(**about: Any) -> Receipt:
    """A receipt for a payment of this moment."""
    return builders.a_receipt(**{"created": int(time.time()), **about})


def figure(page: str, label: str) -> str:
    """The value beside a label."""
    found = re.search(rf'overview-label">(?:<a[^>]*>)?{re.escape(label)}(?:</a>)?</span>\s*<strong>([^<]*)', page)
    return found.group(1) if found else ""


def overview(browser: Client) -> str:
    """The first page."""
    return browser.get("/admin/").content.decode()


def test_payments_amounts_and_documents_of_today_are_counted() -> None:
    a_receipt(email="ada@example.com", livemode=True)
    a_receipt(payment_intent_id="pi_2", charge_id="ch_2", amount=5_050, livemode=True)

    page = overview(a_member_of_staff(everything=True))

    assert figure(page, "Payments") == "2"
    assert figure(page, "Paid in EUR") == "€170.50"
    assert figure(page, "Receipts and corrections issued") == "2"
    assert re.search(r"R-\d{4}-000001 to R-\d{4}-000002", page)


def test_money_of_test_mode_is_never_added_to_real_money() -> None:
    a_payment(livemode=True, amount=10_000)
    a_payment(payment_intent_id="pi_2", charge_id="ch_2", amount=5_000, livemode=False)

    page = overview(a_member_of_staff(everything=True))

    assert figure(page, "Paid in EUR") == "€100.00"
    assert figure(page, "Paid in EUR (test)") == "€50.00"


def test_emails_are_counted_by_how_they_stand() -> None:
    a_bounced_receipt()
    waiting = a_receipt(payment_intent_id="pi_2", charge_id="ch_2", email="bea@example.com")
    arrived = a_receipt(payment_intent_id="pi_3", charge_id="ch_3", email="cyd@example.com")
    reported(arrived, Kind.DELIVERED)

    page = overview(a_member_of_staff(everything=True))

    assert Message.objects.get(about=waiting.number).state == "queued"
    assert figure(page, "Came back or failed") == "1"
    assert figure(page, "Waiting to be sent") == "1"
    assert figure(page, "Delivered") == "1"
    assert figure(page, "Taken by the mail provider") == "0"


def test_refunds_of_today_say_how_much_went_back() -> None:
    _, charge = paid_visits.a_paid_visit(amount=12_000, livemode=True)
    refund(charge, 3_000)
    Movement.objects.update(moved_at=timezone.now())

    page = overview(a_member_of_staff(everything=True))

    assert figure(page, "Refunds") == "1"
    assert "€30.00 (test) went back" in page
    assert figure(page, "Disputes opened") == "0"


def test_a_day_begins_at_the_clinics_midnight() -> None:
    midnight = datetime.combine(timezone.now().astimezone(WARSAW), datetime.min.time(), WARSAW)
    a_payment(created=int(midnight.timestamp()) + 1)
    a_payment(payment_intent_id="pi_2", charge_id="ch_2", created=int(midnight.timestamp()) - 1)

    page = overview(a_member_of_staff(everything=True))

    yesterday = midnight.date() - timedelta(days=1)
    assert figure(page, "Payments") == "1"
    assert f'<th scope="row">{yesterday:%a, %Y-%m-%d}</th>' in page


def test_what_needs_a_person_leads_to_where_it_is_done() -> None:
    receipt = a_bounced_receipt()

    page = overview(a_member_of_staff(everything=True))

    assert '<a href="/admin/receipting/undeliveredreceipt/">Letters that did not arrive' in page
    assert f'<a href="/admin/receipting/undeliveredreceipt/{receipt.pk}/change/">{receipt.number}</a>' in page


def test_where_nothing_has_to_be_done_the_page_says_so() -> None:
    page = overview(a_member_of_staff(everything=True))

    assert "Nothing. Everything goes on by itself." in page
    assert "None on any of these days." in page


def test_each_sees_what_their_rights_let_them_see() -> None:
    a_bounced_receipt()

    page = overview(a_member_of_staff("view_receipt"))

    assert figure(page, "Receipts and corrections issued") == "1"
    assert figure(page, "Payments") == ""
    assert "Emails of today" not in page
    assert "Letters that did not arrive" not in page
    assert "Find a payment" not in page


def test_who_may_see_nothing_of_it_gets_the_lists_alone() -> None:
    page = overview(a_member_of_staff("view_user"))

    assert "Site administration" in page
    assert "What needs a person" not in page


def test_nobodys_name_or_address_stands_on_the_page() -> None:
    a_bounced_receipt(email="ada.lovelace@example.com")

    page = overview(a_member_of_staff(everything=True))

    assert "ada.lovelace" not in page


def test_each_clinic_has_its_line_and_an_account_nobody_described_is_named(settings: Settings, tmp_path: Path) -> None:
    group.describe(settings, tmp_path)
    account = next(iter(settings.CLINIC_PROFILES))
    a_payment_into(account, created=int(time.time()))
    Payment.objects.create(
        stripe_id="pi_9", account="acct_nobody", paid_at=timezone.now(), recorded_at=timezone.now(), currency="eur"
    )

    page = overview(a_member_of_staff(everything=True)).partition("Today by clinic")[2]

    assert f"clinic={account}&" in page
    assert settings.CLINIC_PROFILES[account].name in page
    assert "acct_nobody: nobody has described this clinic" in page


def test_the_machine_is_seen_to_beat_and_to_wait() -> None:
    heartbeat.heartbeat()
    a_payment()
    Payment.objects.update(due_at=timezone.now() - timedelta(hours=2))

    page = overview(a_member_of_staff(everything=True))

    assert "Heard by a worker." in page
    assert figure(page, "Receipts to issue") == "1 waiting"
    assert "The oldest for 2 h." in page


def test_days_before_today_are_counted_once_in_a_while_and_today_each_time() -> None:
    browser = a_member_of_staff(everything=True)
    a_payment(created=int(time.time()) - 3 * 86_400)
    overview(browser)
    a_payment(payment_intent_id="pi_2", charge_id="ch_2", created=int(time.time()) - 3 * 86_400)
    a_payment(payment_intent_id="pi_3", charge_id="ch_3")

    page = overview(browser)

    assert "Payments in 30 days: 2" in page
    assert figure(page, "Payments") == "1"


def test_without_redis_the_page_counts_for_itself(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    a_payment()

    page = overview(a_member_of_staff(everything=True))

    assert "Payments in 30 days: 1" in page
    assert figure(page, "Clock (Beat)") == "not heard"


def test_the_page_asks_as_many_questions_however_much_has_happened() -> None:
    browser = a_member_of_staff(everything=True)
    a_bounced_receipt()
    overview(browser)

    with CaptureQueriesContext(
        connection,
    ) as few:
        overview(browser)
    for number in range(3, 9):
        a_receipt(payment_intent_id=f"pi_{number}", charge_id=f"ch_{number}", email="ada@example.com")
    with CaptureQueriesContext(connection) as many:
        overview(browser)

    assert len(many) == len(few)
    assert len(few) <= 28
