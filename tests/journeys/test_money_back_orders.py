"""Money that goes back: the right documents and the right balance, in whatever order Stripe tells of it."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.utils import timezone

from payments_service.payments import selectors as payments
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import correcting, selectors
from payments_service.webhooks import processing
from receipts.models import Receipt, Series
from tests.builders import correct, hurry, issue, keep, payment_of, take_in
from tests.stripe_events import (
    Payload,
    by_type,
    events_of_a_dispute,
    events_of_a_failing_refund,
    events_of_a_payment,
    events_of_a_refund,
)
from tests.threads import in_thread

pytestmark = pytest.mark.django_db
PAID, FIRST, SECOND, FAILING = 12_000, 3_000, 2_000, 1_000
ORDERS = list(itertools.permutations(range(5)))
ROUNDS = 6


def a_paid_charge() -> tuple[list[Payload], Payload]:
    """The events of a payment, and its charge."""
    events = events_of_a_payment(amount=PAID)
    return events, by_type(events, "charge.succeeded")["data"]["object"]


def the_story() -> list[Payload]:
    """A payment, two partial refunds, and one that succeeds and then fails: what each is told by first."""
    events, charge = a_paid_charge()
    first, second, third = (events_of_a_refund(charge, amount=sum)[0] for sum in (FIRST, SECOND, FAILING))
    failed = events_of_a_failing_refund(third["data"]["object"])[0]
    return [by_type(events, "charge.succeeded"), first, second, third, failed]


def documents(events: list[Payload]) -> list[tuple[str, int]]:
    """Kind and amount of all that was issued for the payment of these events, in the order of issue."""
    return [(receipt.kind, receipt.amount) for receipt in selectors.documents_of(payment_of(events))]


def balances_run(events: list[Payload]) -> bool:
    """Whether every document shows what came, what has gone back, and what is left after all before it and itself."""
    receipt, *corrections = selectors.documents_of(payment_of(events))
    sums = itertools.accumulate((each.amount for each in corrections), initial=receipt.amount)
    shown = [each.snapshot["correction"] for each in corrections]
    left = [each["paid"] - each["returned"] for each in shown]
    return left == list(sums)[1:] and {each["receipt"] for each in shown} <= {receipt.number}


def test_two_partial_refunds_and_one_that_fails_end_alike_in_all_orders() -> None:
    for order in ORDERS:
        if order.index(1) > order.index(2):  # the two partial refunds are alike
            continue
        story = the_story()
        take_in(story[place] for place in order)
        issue(payment_of(story))
        correct()

        assert documents(story)[0] == ("receipt", PAID), order
        assert sorted(documents(story)[1:]) == [("refund", -FIRST), ("refund", -SECOND)], order
        assert balances_run(story), order
        assert payments.returned(payment_of(story)) == FIRST + SECOND, order


def test_documented_after_each_event_they_end_in_the_same_balance_in_all_orders() -> None:
    for order in ORDERS:
        story = the_story()
        for place in order:
            take_in([story[place], story[place]])
            for payment in Payment.objects.filter(receipt_number=""):
                issue(payment)
            correct()

        issued = documents(story)
        heard_before_it_failed = max(order.index(0), order.index(3)) < order.index(4)
        pair = [("refund", -FAILING), ("refund_reversal", FAILING)] if heard_before_it_failed else []
        assert issued[0] == ("receipt", PAID), order
        assert sorted(issued[1:]) == sorted([("refund", -FIRST), ("refund", -SECOND), *pair]), order
        assert balances_run(story), order
        assert sum(amount for _, amount in issued) == PAID - FIRST - SECOND, order
    assert {name.split("-")[1] for name in Series.objects.values_list("name", flat=True)} == {"R", "RF", "RR"}
    for series in Series.objects.all():
        sequences = Receipt.objects.filter(series=series.name).order_by("sequence").values_list("sequence", flat=True)
        assert list(sequences) == list(range(1, series.last + 1))


def test_the_four_events_of_one_refund_tell_of_one_refund_in_all_orders_also_before_its_payment() -> None:
    for order in itertools.permutations(range(4)):
        events, charge = a_paid_charge()
        told = events_of_a_refund(charge, amount=FIRST)
        take_in(told[place] for place in order)
        take_in(events)
        issue(payment_of(events))
        take_in(told)
        correct()

        assert documents(events) == [("receipt", PAID), ("refund", -FIRST)], order


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("lost", [("receipt", PAID), ("dispute", -PAID)]), ("won", [("receipt", PAID)]), ("inquiry", [("receipt", PAID)])],
)
def test_a_dispute_ends_in_the_documents_of_its_outcome_in_all_orders(
    outcome: str, expected: list[tuple[str, int]]
) -> None:
    kinds = [event["type"] for event in events_of_a_dispute(a_paid_charge()[1], outcome=outcome)]
    for order in itertools.permutations(place for place, kind in enumerate(kinds) if kind != "charge.dispute.updated"):
        events, charge = a_paid_charge()
        told = events_of_a_dispute(charge, outcome=outcome)
        take_in([by_type(events, "charge.succeeded")])
        issue(payment_of(events))
        for place in order:
            take_in([told[place], told[place]])
            correct()

        assert documents(events) == expected, order
        assert balances_run(events), order


# --- At the same moment


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(ROUNDS))
def test_refunds_documented_at_the_same_moment_see_each_other(round: int) -> None:
    events, charge = a_paid_charge()
    take_in(events)
    issue(payment_of(events))
    take_in(events_of_a_refund(charge, amount=1_000 + each)[0] for each in range(4))
    hurry(Movement.objects.all())
    start = Barrier(8)

    def work(movement_id: int) -> None:
        start.wait()
        correcting.document(movement_id, now=timezone.now())

    with ThreadPoolExecutor(8) as threads:
        ids = [*Movement.objects.values_list("pk", flat=True)] * 2
        list(threads.map(lambda movement_id: in_thread(lambda: work(movement_id)), ids))

    assert len(documents(events)) == 5
    assert balances_run(events)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(ROUNDS))
def test_a_refund_and_its_payment_told_at_the_same_moment_find_each_other(round: int) -> None:
    events, charge = a_paid_charge()
    told = [*events, *events_of_a_refund(charge, amount=FIRST)]
    ids = [keep(event) for event in told]
    start = Barrier(len(ids))

    def work(event_id: int) -> None:
        start.wait()
        processing.process(event_id, now=timezone.now())

    with ThreadPoolExecutor(len(ids)) as threads:
        list(threads.map(lambda event_id: in_thread(lambda: work(event_id)), ids))
    issue(payment_of(events))
    correct()

    assert documents(events) == [("receipt", PAID), ("refund", -FIRST)]
    assert Movement.objects.get().payment == payment_of(events)
