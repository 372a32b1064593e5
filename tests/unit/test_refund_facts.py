"""What Stripe's objects say about refunds and disputes, in every shape since 2020, and how sayings are merged."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_service.payments import refund_facts
from payments_service.payments.refund_facts import Facts
from tests import stripe_events
from tests.stripe_events import (
    API_VERSIONS,
    LATER,
    Payload,
    a_balance_transaction,
    a_charge,
    a_dispute,
    a_refund,
    an_event,
    events_of_a_dispute,
    events_of_a_failing_refund,
    events_of_a_refund,
    refund_of,
    refunded,
)

CHARGE = a_charge(id="ch_1", payment_intent="pi_1", amount=12_000)


def the_one(event: Payload) -> Facts:
    """The only facts of an event."""
    (facts,) = refund_facts.from_event(event)
    return facts


def merged(events: list[Payload]) -> Facts:
    """What all the events say together."""
    return refund_facts.merge(facts for event in events for facts in refund_facts.from_event(event))


# --- Refunds, in their shapes


@pytest.mark.parametrize("version", API_VERSIONS)
def test_every_api_version_tells_the_same_about_a_refund(version: str) -> None:
    events = events_of_a_refund(CHARGE, amount=5_000, id="re_1", api_version=version, livemode=True)

    facts = merged(events)

    assert (facts.movement, facts.kind, facts.payment, facts.charge) == ("re_1", "refund", "pi_1", "ch_1")
    assert (facts.amount, facts.currency, facts.status, facts.returned) == (5_000, "eur", "succeeded", 5_000)
    assert (facts.moved_at, facts.undone_at, facts.livemode) == (LATER, 0, True)


@pytest.mark.parametrize("version", API_VERSIONS)
def test_a_refunded_charge_tells_of_its_refunds_where_it_lists_them(version: str) -> None:
    first = refund_of(CHARGE, amount=2_000, id="re_1")
    charge_refunded = events_of_a_refund(CHARGE, amount=3_000, id="re_2", earlier=[first], api_version=version)[1]

    found = {(facts.movement, facts.amount, facts.payment) for facts in refund_facts.from_event(charge_refunded)}

    assert found == ({("re_1", 2_000, "pi_1"), ("re_2", 3_000, "pi_1")} if version < "2022-11-15" else set())


@pytest.mark.parametrize(
    ("shape", "payment", "charge"),
    [
        ({"charge": CHARGE}, "pi_1", "ch_1"),
        ({"payment_intent": {"id": "pi_1", "object": "payment_intent"}}, "pi_1", "ch_1"),
        ({"charge": None}, "pi_1", ""),
        ({"payment_intent": None}, "ch_1", "ch_1"),
    ],
)
def test_the_payment_is_found_whether_it_is_named_or_expanded(shape: Payload, payment: str, charge: str) -> None:
    refund = refund_of(CHARGE, amount=5_000) | shape

    facts = the_one(an_event("refund.created", refund))

    assert (facts.payment, facts.charge) == (payment, charge)


def test_a_charges_list_names_the_payment_where_its_refunds_do_not() -> None:
    refund = refund_of(CHARGE, amount=5_000, payment_intent=None)
    event = an_event("charge.refunded", refunded(CHARGE, [refund], api_version="2020-08-27"))

    facts = the_one(event)

    assert facts.payment == "pi_1"


def test_a_connected_account_is_named() -> None:
    event = an_event("refund.created", refund_of(CHARGE, amount=1)) | {"account": "acct_1"}

    assert the_one(event).account == "acct_1"


@pytest.mark.parametrize(
    "obj",
    [
        a_refund(charge=None, payment_intent=None),
        a_refund(reason="expired_uncaptured_charge"),
        refunded(CHARGE | {"captured": False}, [a_refund()], api_version="2020-08-27"),
        a_charge(refunds=None),
        {"object": "customer", "id": "cus_1"},
    ],
)
def test_what_moved_no_money_of_a_payment_says_nothing(obj: Payload) -> None:
    assert refund_facts.from_event(an_event("refund.created", obj)) == []


# --- When a refund counts


@pytest.mark.parametrize(
    ("status", "returned"),
    [
        ("succeeded", 5_000),
        ("pending", 0),
        ("requires_action", 0),
        ("failed", 0),
        ("canceled", 0),
        (None, 0),
        ("on_its_way", 0),
    ],
)
def test_only_a_refund_that_succeeded_has_gone_back(status: str | None, returned: int) -> None:
    facts = the_one(an_event("refund.created", refund_of(CHARGE, amount=5_000, status=status)))

    assert facts.returned == returned


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_refund_that_failed_stays_failed_in_whatever_order_this_is_heard(order: tuple[int, ...]) -> None:
    refund = refund_of(CHARGE, amount=5_000)
    pending = an_event("refund.created", refund | {"status": "pending"}, created=LATER)
    succeeded = an_event("refund.updated", refund, created=LATER + 60)
    failed = events_of_a_failing_refund(refund, created=LATER + 60)[0]
    events = [pending, succeeded, failed]

    facts = merged([events[place] for place in order])

    assert (facts.status, facts.returned, facts.undone_at) == ("failed", 0, LATER + 60)


# --- Disputes


@pytest.mark.parametrize("version", API_VERSIONS)
@pytest.mark.parametrize(
    ("outcome", "status", "returned"),
    [("open", "under_review", 0), ("lost", "lost", 12_000), ("won", "won", 0), ("inquiry", "warning_closed", 0)],
)
def test_a_dispute_counts_when_it_is_lost(version: str, outcome: str, status: str, returned: int) -> None:
    facts = merged(events_of_a_dispute(CHARGE, outcome=outcome, id="dp_1", api_version=version))

    assert (facts.movement, facts.kind, facts.payment) == ("dp_1", "dispute", "pi_1")
    assert (facts.status, facts.returned, facts.moved_at) == (status, returned, LATER)


@pytest.mark.parametrize("outcome", stripe_events.going_back.OUTCOMES)
def test_the_order_of_a_disputes_events_does_not_matter(outcome: str) -> None:
    events = events_of_a_dispute(CHARGE, outcome=outcome)

    told = {merged(list(order)) for order in itertools.permutations(events)}

    assert len(told) == 1


def test_while_a_lost_dispute_is_appealed_it_stays_lost_until_it_is_won() -> None:
    lost = a_dispute(status="lost", amount=12_000)
    events = [
        an_event("charge.dispute.closed", lost, created=LATER),
        an_event("charge.dispute.updated", lost | {"status": "appeal_needs_response"}, created=LATER + 1),
        an_event("charge.dispute.updated", lost | {"status": "appeal_under_review"}, created=LATER + 2),
        an_event("charge.dispute.closed", lost, created=LATER + 3),
        an_event("charge.dispute.closed", lost | {"status": "won"}, created=LATER + 4),
    ]

    returned = [merged(events[: so_far + 1]).returned for so_far in range(5)]

    assert returned == [12_000, 12_000, 12_000, 12_000, 0]
    assert merged(events[:4]).status == "lost"
    assert merged(events).undone_at == LATER + 4


@pytest.mark.parametrize(
    ("moves", "returned"),
    [
        ([], 12_000),
        ([(-12_000, "eur")], 12_000),
        ([(-12_000, "eur"), (5_000, "eur")], 7_000),
        ([(-7_000, "eur")], 7_000),
        ([(-12_000, "eur"), (12_000, "eur")], 0),
        ([(-51_600, "pln")], 12_000),
        ([(-51_600, "pln"), (21_500, "pln")], 7_000),
        ([(-51_600, "pln"), (60_000, "pln")], 0),
    ],
)
def test_of_a_lost_dispute_only_what_the_bank_keeps_counts(moves: list[tuple[int, str]], returned: int) -> None:
    balance = [a_balance_transaction(amount, currency=currency) for amount, currency in moves]
    dispute = a_dispute(amount=12_000, status="lost", balance_transactions=balance)

    facts = the_one(an_event("charge.dispute.closed", dispute))

    assert facts.returned == returned


# --- Merging

ids = st.sampled_from(["", "1", "2"])


def any_facts(kind: str, statuses: tuple[str, ...]) -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        movement=st.just("x_1"),
        kind=st.just(kind),
        origin=st.sampled_from(["evt_1", "evt_2", "evt_3", "api"]),
        said_at=st.integers(0, 3),
        payment_intent=ids,
        charge=ids,
        livemode=st.booleans(),
        account=ids,
        amount=st.integers(0, 3),
        currency=ids,
        status=st.sampled_from(["", "unheard_of", *statuses]),
        created=st.integers(0, 3),
        withdrawn=st.integers(0, 3),
        reinstated=st.integers(0, 3),
        undone_at=st.integers(0, 3),
    )


sayings: Any = st.one_of(
    st.lists(any_facts("refund", refund_facts.REFUND_PROGRESS), min_size=1, max_size=6),
    st.lists(any_facts("dispute", refund_facts.DISPUTE_PROGRESS), min_size=1, max_size=6),
)


@given(said=sayings, data=st.data())
def test_the_order_and_the_number_of_sayings_do_not_matter(said: list[Facts], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))

    once = refund_facts.merge(said)

    assert refund_facts.merge(shuffled) == once
    assert refund_facts.merge(said + shuffled) == once


@given(said=st.lists(any_facts("refund", refund_facts.REFUND_PROGRESS), min_size=1, max_size=6), data=st.data())
def test_a_refunds_status_only_moves_forward(said: list[Facts], data: st.DataObject) -> None:
    before = said[: data.draw(st.integers(1, len(said)))]

    earlier, later = refund_facts.merge(before), refund_facts.merge(said)

    assert refund_facts.progress(later) >= refund_facts.progress(earlier)


@given(said=sayings)
def test_an_empty_saying_never_replaces_one_that_says_something(said: list[Facts]) -> None:
    silent = Facts(movement=said[0].movement, kind=said[0].kind, origin="evt_late", said_at=99)

    assert refund_facts.merge([*said, silent]).status == refund_facts.merge(said).status
    assert refund_facts.merge([*said, silent]).amount == refund_facts.merge(said).amount
