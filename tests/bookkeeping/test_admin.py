"""The bookkeeper's page: a day, the days before it, the file; for those who may, and only for them."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from payments_service.bookkeeping import days, proving, reporting
from payments_service.bookkeeping.models import DayProof
from payments_service.bookkeeping.proof import Outcome
from scripts.stripe_standin import StandIn
from tests.bookkeeping.a_day import (
    MORNING_AFTER,
    a_documented_refund,
    a_payment_at_noon,
    a_payment_without_receipt,
    a_receipted_payment,
)
from tests.bookkeeping.staff import BOOKKEEPER, a_member_of_staff

pytestmark = pytest.mark.django_db

PAGE = "/admin/bookkeeping/dayproof/"
DAY = {"date": "2026-09-21"}


def test_the_admin_leads_to_the_page_and_the_page_shows_the_day() -> None:
    document = a_documented_refund(amount=4_000)
    browser = a_member_of_staff(*BOOKKEEPER)

    index = browser.get("/admin/").content.decode()
    page = browser.get(PAGE, DAY).content.decode()

    assert PAGE in index
    assert "Daily proof of Monday, September 21, 2026" in page
    assert "Proven: Numbers are contiguous: TEST-R-2026-000001 to TEST-R-2026-000001" in page
    assert "Open: Not checked against Stripe: nobody has asked yet" in page
    assert "1: €120.00" in page
    assert document.number in page
    assert 'href="?date=2026-09-20"' in page
    assert 'href="?date=2026-09-22"' in page


@pytest.mark.parametrize("asked", [{}, {"date": ""}, {"date": "yesteryear"}])
def test_yesterday_is_shown_unless_another_day_is_asked_for(asked: dict[str, str]) -> None:
    browser = a_member_of_staff(*BOOKKEEPER)

    page = browser.get(PAGE, asked).content.decode()

    yesterday = days.named("yesterday", now=timezone.now(), zone=proving.clinic())
    assert f'name="date" value="{yesterday}"' in page
    assert ("expected today, yesterday or YYYY-MM-DD" in page) == (asked.get("date") == "yesteryear")


def test_a_day_that_has_not_begun_is_neither_shown_nor_proven() -> None:
    browser = a_member_of_staff(*BOOKKEEPER)
    today = days.named("today", now=timezone.now(), zone=proving.clinic())

    shown = browser.get(PAGE, {"date": "2131-01-01"}).content.decode()
    pressed = browser.post(f"{PAGE}prove/", {"date": "2131-01-01"})
    after = browser.get(pressed["Location"]).content.decode()

    for page in (shown, after):
        assert f"2131-01-01 has not begun: the newest day is {today}." in page
        assert f'name="date" value="{today}"' in page
        assert f'href="?date={today + days.DAY}"' not in page
    assert not DayProof.objects.exists()


def test_what_is_to_be_done_is_a_link_to_where_it_is_done() -> None:
    payment = a_payment_without_receipt()
    browser = a_member_of_staff(*BOOKKEEPER)

    page = browser.get(PAGE, DAY).content.decode()

    assert f'<a href="/admin/payments/payment/{payment.pk}/change/">{payment.stripe_id}</a>' in page
    assert "Findings: 1" in page


def test_stripe_is_asked_by_a_worker_and_the_page_shows_what_it_said(stripe: StandIn) -> None:
    missed = a_payment_at_noon(stripe=stripe)[0]["data"]["object"]["payment_intent"]
    browser = a_member_of_staff(*BOOKKEEPER)

    pressed = browser.post(f"{PAGE}prove/", DAY)
    (due,) = reporting.due(limit=9, overdue=0 * days.DAY)
    reporting.prove(due, now=MORNING_AFTER)
    page = browser.get(PAGE, DAY).content.decode()

    assert (pressed.status_code, pressed["Location"]) == (302, f"{PAGE}?date=2026-09-21")
    assert f"{missed}: €120.00 at Stripe, nothing here" in page
    assert "Last proven 2026-09-22 08:00" in page


def test_stripe_is_never_asked_while_somebody_waits_for_the_page(stripe: StandIn) -> None:
    browser = a_member_of_staff(*BOOKKEEPER)

    browser.get(PAGE, DAY)
    browser.post(f"{PAGE}prove/", DAY)

    assert stripe.requests == []


def test_a_link_cannot_have_stripe_asked() -> None:
    browser = a_member_of_staff(*BOOKKEEPER)

    answer = browser.get(f"{PAGE}prove/", DAY)

    assert answer.status_code == 405
    assert not DayProof.objects.exists()


def test_the_days_before_are_listed_with_what_came_of_them() -> None:
    for day, outcome in (("2026-09-19", Outcome.DIFFERS), ("2026-09-20", Outcome.PROVEN), ("2026-09-22", "")):
        DayProof.objects.create(day=day, outcome=outcome, findings=7 if outcome == Outcome.DIFFERS else 0)
    browser = a_member_of_staff(*BOOKKEEPER)

    page = browser.get(PAGE, DAY).content.decode().partition("The days before")[2]

    assert page.index("2026-09-20") < page.index("2026-09-19")
    assert '<span class="proof-differs">differs</span></td>\n        <td>7</td>' in page
    assert "2026-09-22" not in page


def test_documents_are_downloaded_as_csv_without_names() -> None:
    receipt = a_receipted_payment(name="Zofia Wiśniewska")
    browser = a_member_of_staff(*BOOKKEEPER)

    answer = browser.get(f"{PAGE}documents.csv", {"from": "2026-09-01", "to": "2026-09-30"})

    text = answer.getvalue().decode()
    assert answer["Content-Disposition"] == 'attachment; filename="documents-2026-09-01-2026-09-30.csv"'
    assert answer.streaming
    assert [row["number"] for row in csv.DictReader(io.StringIO(text))] == [receipt.number]
    assert "Zofia" not in text


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2026-11-30", "2026-11-01", "expected a last day that is the same or a later one"),
        ("foo", "2026-11-01", "expected today, yesterday or YYYY-MM-DD"),
        ("2026-11-01", "foo", "expected today, yesterday or YYYY-MM-DD"),
    ],
)
def test_days_that_cannot_be_meant_give_a_message_and_no_file(first: str, last: str, says: str) -> None:
    browser = a_member_of_staff(*BOOKKEEPER)

    answer = browser.get(f"{PAGE}documents.csv", {"from": first, "to": last}, follow=True)

    assert answer.redirect_chain == [(PAGE, 302)]
    assert says in answer.content.decode()


def test_names_are_for_those_who_may_have_them() -> None:
    a_receipted_payment(name="Zofia Wiśniewska")
    asked = {"from": "2026-09-21", "to": "2026-09-21", "names": "yes"}

    refused = a_member_of_staff(*BOOKKEEPER).get(f"{PAGE}documents.csv", asked)

    assert refused.status_code == 403


def test_whoever_may_have_names_gets_them() -> None:
    a_receipted_payment(name="Zofia Wiśniewska")
    browser = a_member_of_staff(*BOOKKEEPER, "export_names")

    offered = browser.get(PAGE, DAY).content.decode()
    answer = browser.get(f"{PAGE}documents.csv", {"from": "2026-09-21", "to": "2026-09-21", "names": "yes"})

    assert 'name="names"' in offered
    assert "Zofia Wiśniewska" in answer.getvalue().decode("utf-8-sig")
    assert 'filename="documents-with-names-2026-09-21-2026-09-21.csv"' in answer["Content-Disposition"]


@pytest.mark.parametrize(("path", "method"), [("", "get"), ("prove/", "post"), ("documents.csv", "get")])
def test_nobody_else_sees_anything(path: str, method: str) -> None:
    browser = a_member_of_staff("view_receipt")

    answer = getattr(browser, method)(PAGE + path, DAY)

    assert answer.status_code == 403


def test_the_file_is_not_for_those_who_may_not_see_receipts() -> None:
    browser = a_member_of_staff("view_dayproof")

    page = browser.get(PAGE, DAY).content.decode()
    answer = browser.get(f"{PAGE}documents.csv", {"from": "2026-09-21", "to": "2026-09-21"})

    assert "Documents as CSV" not in page
    assert answer.status_code == 403
