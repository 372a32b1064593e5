"""`python -m payments_service report`: for people and for programs, with an exit code that says which day it was."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments_service.bookkeeping import days, proving
from payments_service.payments.models import Payment
from receipts.models import Receipt
from scripts.stripe_standin import StandIn
from tests.bookkeeping.a_day import a_payment_at_noon, a_payment_without_receipt, a_receipted_payment
from tests.stripe_events import EMAIL, NAME

pytestmark = pytest.mark.django_db


def report(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    printed = io.StringIO()
    try:
        call_command("report", *arguments, stdout=printed)
    except SystemExit as end:
        return printed.getvalue(), int(str(end.code))
    return printed.getvalue(), 0


def test_a_day_that_is_proven_ends_with_0(stripe: StandIn) -> None:
    receipt = a_receipted_payment(stripe=stripe)

    printed, code = report("--date", "2026-09-21")

    assert code == 0
    assert "Everything is there and agrees." in printed
    assert f"✓ Numbers are contiguous: {receipt.number} to {receipt.number}, none missing, none doubled." in printed
    assert "✓ Sums agree with Stripe's" in printed
    assert "1: €120.00" in printed
    assert "Nothing." in printed


def test_a_day_that_differs_ends_with_1_and_says_what_to_do(stripe: StandIn) -> None:
    missed = a_payment_at_noon(stripe=stripe, amount=7_000)[0]["data"]["object"]["payment_intent"]

    printed, code = report("--date", "2026-09-21")

    assert code == 1
    assert f"{missed}: €70.00 at Stripe, nothing here" in printed
    assert "What to do: python -m payments_service reconcile --since" in printed
    assert "Differences from Stripe: see above, and python -m payments_service reconcile: 1" in printed


def test_under_what_is_marked_as_wrong_stands_what_to_do_and_never_nothing() -> None:
    gone = a_receipted_payment()
    a_receipted_payment()
    Receipt.objects.filter(pk=gone.pk).delete()

    printed, code = report("--date", "2026-09-21")
    to_do = printed.partition("What a person must do")[2]

    assert code == 1
    assert f"{gone.number} is not there, and {gone.reference} moved €120.00" in printed
    assert "Numbers missing or doubled: compare with a backup, see python -m payments_service verify: 1" in to_do
    assert "Faults in the chain: find out what was changed, see python -m payments_service verify: 1" in to_do
    assert "Documents not there or over another amount: compare with a backup: 1" in to_do
    assert "Nothing." not in to_do


def test_books_that_wait_for_a_person_end_with_1_and_lead_to_the_page() -> None:
    payment = a_payment_without_receipt()

    printed, code = report("--date", "2026-09-21")

    assert code == 1
    assert "Paid and without a receipt: see what each waits for: 1" in printed
    assert payment.stripe_id in printed
    assert "https://payments.clinic.example/admin/payments/payment/?receipt_number__exact=" in printed


def test_a_day_that_stripe_was_not_asked_about_ends_with_3() -> None:
    a_receipted_payment()

    printed, code = report("--date", "2026-09-21")

    assert code == 3
    assert "? Not checked against Stripe: STRIPE_API_KEY is not set" in printed


def test_no_name_and_no_address_is_printed(stripe: StandIn) -> None:
    a_receipted_payment(email=None, stripe=stripe)
    a_payment_without_receipt(stripe=stripe)

    printed = report("--date", "2026-09-21")[0] + report("--date", "2026-09-21", "--json")[0]

    assert not [word for word in (*NAME.split(), EMAIL) if word in printed]


def test_it_speaks_json(stripe: StandIn) -> None:
    receipt = a_receipted_payment(stripe=stripe)

    printed, code = report("--date", "2026-09-21", "--json")

    body = json.loads(printed)
    assert (code, body["outcome"], body["findings"], body["day"]) == (0, "proven", 0, "2026-09-21")
    assert body["numberings"][0]["last"] == receipt.number
    assert body["comparison"]["compared"][0]["at_stripe"] == {"count": 1, "amount": 12_000}


def test_yesterday_is_meant_unless_another_day_is_named() -> None:
    a_payment_without_receipt(amount=4_242)
    Payment.objects.update(paid_at=timezone.now() - timedelta(days=1))

    printed = [report(*day)[0] for day in ((), ("--date", "yesterday"), ("--date", "today"))]

    assert ["€42.42" in each for each in printed] == [True, True, False]


def test_a_day_that_has_not_begun_is_refused_with_the_newest_one() -> None:
    today = days.named("today", now=timezone.now(), zone=proving.clinic())

    with pytest.raises(CommandError, match=f"{today + days.DAY} has not begun: the newest day is {today}"):
        report("--date", str(today + days.DAY))


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="expected today, yesterday or YYYY-MM-DD, got 'someday'"):
        report("--date", "someday")
