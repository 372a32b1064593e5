"""Sums agree with Stripe's, or the movements are named of which the two sides say different things."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from payments_service.bookkeeping import days
from payments_service.bookkeeping.proof import Difference, Flow, Money, Outcome, Proof, Sum
from payments_service.payments.models import Movement, Payment
from scripts.stripe_standin import StandIn
from tests.bookkeeping.a_day import (
    DAY,
    MORNING_AFTER,
    NOON,
    a_documented_refund,
    a_payment_at_noon,
    a_receipted_payment,
    checked,
)
from tests.standin import API_KEY
from tests.stripe_events import a_balance_transaction, a_charge, a_dispute, a_refund

pytestmark = pytest.mark.django_db
AT_NOON = int(NOON.timestamp())


def differences(proof: Proof) -> list[Difference]:
    """What the two sides say differently; the day then differs too."""
    assert proof.outcome == Outcome.DIFFERS
    assert proof.comparison.differing == len(proof.comparison.differences)
    return list(proof.comparison.differences)


def test_a_day_of_which_both_say_the_same_is_proven(stripe: StandIn) -> None:
    a_receipted_payment(stripe=stripe, amount=12_000)
    a_receipted_payment(stripe=stripe, amount=500, currency="jpy", minutes=1)
    a_documented_refund(stripe=stripe, amount=4_000)

    proof = checked()

    assert [(each.flow, each.currency, each.at_stripe, each.here) for each in proof.comparison.compared] == [
        (Flow.PAYMENTS, "EUR", Sum(2, 24_000), Sum(2, 24_000)),
        (Flow.PAYMENTS, "JPY", Sum(1, 500), Sum(1, 500)),
        (Flow.REFUNDS, "EUR", Sum(1, 4_000), Sum(1, 4_000)),
    ]
    assert proof.outcome == Outcome.PROVEN


def test_a_payment_that_stripe_has_and_we_have_not_is_named(stripe: StandIn) -> None:
    missed = a_payment_at_noon(stripe=stripe, amount=7_000)[0]["data"]["object"]
    a_receipted_payment(stripe=stripe)

    proof = checked()

    assert differences(proof) == [
        Difference(Flow.PAYMENTS, missed["payment_intent"], at_stripe=Money(7_000, "EUR"), here=None)
    ]
    (compared,) = proof.comparison.compared
    assert (compared.at_stripe, compared.here) == (Sum(2, 19_000), Sum(1, 12_000))


def test_a_payment_that_we_have_and_stripe_has_not_is_named(stripe: StandIn) -> None:
    receipt = a_receipted_payment(stripe=stripe)
    stripe.account.objects.clear()

    proof = checked()

    assert differences(proof) == [
        Difference(Flow.PAYMENTS, receipt.reference, at_stripe=None, here=Money(12_000, "EUR"))
    ]


@pytest.mark.parametrize(("amount", "currency"), [(12_001, "eur"), (12_000, "pln")], ids=["a cent", "the currency"])
def test_a_payment_over_something_else_is_named_with_what_each_side_says(
    stripe: StandIn, amount: int, currency: str
) -> None:
    receipt = a_receipted_payment(stripe=stripe)
    Payment.objects.update(amount=amount, currency=currency)

    found = differences(checked())

    here = Money(amount, currency.upper())
    assert found == [Difference(Flow.PAYMENTS, receipt.reference, at_stripe=Money(12_000, "EUR"), here=here)]


def test_a_refund_is_looked_for_on_its_own_day_and_not_on_its_payments(stripe: StandIn) -> None:
    a_documented_refund(stripe=stripe, amount=4_000, later=days.DAY)
    lost = stripe.account.keep(a_refund(amount=100, created=AT_NOON + 86_400))

    first, second = checked(DAY), checked(DAY + days.DAY, now=MORNING_AFTER + days.DAY)

    assert first.outcome == Outcome.PROVEN
    assert differences(second) == [Difference(Flow.REFUNDS, lost["id"], at_stripe=Money(100, "EUR"), here=None)]


def test_a_refund_that_has_failed_at_stripe_and_stands_here_is_named(stripe: StandIn) -> None:
    document = a_documented_refund(stripe=stripe, amount=4_000)
    stripe.account.objects[document.reference]["status"] = "failed"

    found = differences(checked())

    assert found == [Difference(Flow.REFUNDS, document.reference, at_stripe=None, here=Money(4_000, "EUR"))]


def test_what_is_still_under_way_at_stripe_is_counted_and_is_no_difference(stripe: StandIn) -> None:
    stripe.account.keep(a_charge(created=AT_NOON, paid=False, status="pending"))
    stripe.account.keep(a_refund(created=AT_NOON, status="pending"))
    stripe.account.keep(a_charge(created=AT_NOON, paid=False, status="failed"))

    proof = checked()

    assert proof.outcome == Outcome.PROVEN
    assert proof.comparison.under_way == 2


def test_a_dispute_counts_once_it_is_lost_however_long_ago_it_was_opened(stripe: StandIn) -> None:
    weeks_ago = AT_NOON - int(timedelta(days=80).total_seconds())
    taken = [a_balance_transaction(-7_000, created=weeks_ago)]
    lost = a_dispute(amount=7_000, status="lost", created=weeks_ago, balance_transactions=taken)
    stripe.account.keep(lost)
    stripe.account.keep(a_dispute(amount=900, status="won", created=weeks_ago))
    stripe.account.keep(a_dispute(amount=800, status="under_review", created=AT_NOON))

    found = differences(checked())

    assert found == [Difference(Flow.DISPUTES, lost["id"], at_stripe=Money(7_000, "EUR"), here=None)]


def test_what_we_took_for_another_day_is_found_by_its_id(stripe: StandIn) -> None:
    a_receipted_payment(stripe=stripe)
    Payment.objects.update(paid_at=NOON + days.DAY)

    proof = checked()

    assert proof.comparison.differing == 0
    assert [each.here for each in proof.comparison.compared] == [Sum(1, 12_000)]


def test_a_refund_that_only_let_go_of_held_money_is_left_out_on_both_sides(stripe: StandIn) -> None:
    a_documented_refund(stripe=stripe, amount=4_000)
    Movement.objects.update(last_error=Movement.Obstacle.NEVER_PAID)

    proof = checked()

    assert [each.flow for each in proof.comparison.compared] == [Flow.PAYMENTS]
    assert proof.comparison.differing == 0


def test_each_connected_account_is_asked_too(stripe: StandIn) -> None:
    a_receipted_payment(stripe=stripe)
    Payment.objects.update(account="acct_north")

    checked()

    asked = {(call["path"], call["headers"].get("stripe-account")) for call in stripe.requests}
    assert {("/v1/charges", None), ("/v1/charges", "acct_north"), ("/v1/refunds", "acct_north")} <= asked


def test_without_a_key_nothing_is_counted_as_agreement() -> None:
    a_receipted_payment()

    proof = checked()

    assert proof.comparison.why_not == "no_key"
    assert proof.outcome == Outcome.UNCHECKED


def test_a_key_of_test_mode_proves_nothing_about_real_money(stripe: StandIn) -> None:
    a_receipted_payment(livemode=True, stripe=stripe)

    proof = checked()

    assert API_KEY.startswith("sk_test_")
    assert proof.comparison.why_not == "key_of_test_mode"


def test_a_stripe_that_does_not_answer_is_why_nothing_is_checked(stripe: StandIn) -> None:
    a_receipted_payment(stripe=stripe)
    stripe.fail(status=429, times=1, retry_after=600)

    proof = checked()

    assert proof.comparison.why_not == "RateLimitError"
    assert proof.outcome == Outcome.UNCHECKED


def test_the_other_mode_is_none_of_this_keys_business(stripe: StandIn, settings: Settings) -> None:
    a_receipted_payment()
    settings.STRIPE_API_KEY = API_KEY.replace("_test_", "_live_")

    proof = checked()

    assert proof.comparison.compared == ()
    assert proof.outcome == Outcome.PROVEN
