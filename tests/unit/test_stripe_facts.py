"""What Stripe's objects say about a payment, in every shape that they had since 2020, and how sayings are merged."""

from __future__ import annotations

import dataclasses
import itertools
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_service.payments import stripe_facts
from payments_service.payments.stripe_facts import Facts
from tests import stripe_events
from tests.stripe_events import (
    API_VERSIONS,
    Payload,
    a_charge,
    a_checkout_session,
    a_payment_intent,
    an_event,
    by_type,
    events_of,
    events_of_a_delayed_payment,
    events_of_a_payment,
)

CAPTURED, SUCCEEDED, COMPLETED = "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"
WALLET = {"type": "apple_pay", "apple_pay": {}, "dynamic_last4": "1234"}


def read(event: Payload) -> list[Facts]:
    """What one event says."""
    return stripe_facts.from_event(event)


def the_one(event: Payload) -> Facts:
    """The only facts of an event."""
    (facts,) = read(event)
    return facts


def merged(events: list[Payload]) -> Facts:
    """What all the events say together."""
    return stripe_facts.merge(facts for event in events for facts in read(event))


# --- Shapes


@pytest.mark.parametrize("version", API_VERSIONS)
def test_every_api_version_tells_the_same_about_a_payment(version: str) -> None:
    events = events_of_a_payment(
        payment_intent_id="pi_1",
        charge_id="ch_1",
        session_id="cs_1",
        metadata={"checkout": "chk_1"},
        email="ada@example.com",
        name="Ada",
        card=("visa", "4242"),
        api_version=version,
    )

    facts = merged([event for event in events if event["type"] != "charge.updated"])

    assert (facts.payment_intent, facts.charge, facts.session, facts.checkout) == ("pi_1", "ch_1", "cs_1", "chk_1")
    assert (facts.amount, facts.currency, facts.paid_at) == (12_000, "eur", stripe_events.CREATED)
    assert (facts.email, facts.name, facts.livemode) == ("ada@example.com", "Ada", False)
    assert (facts.method_type, facts.method_brand, facts.method_last4) == ("card", "visa", "4242")


@pytest.mark.parametrize("version", API_VERSIONS)
@pytest.mark.parametrize("kind", [CAPTURED, SUCCEEDED, COMPLETED])
def test_each_event_alone_names_the_payment_and_the_money(version: str, kind: str) -> None:
    events = events_of_a_payment(payment_intent_id="pi_1", amount=4_950, currency="pln", api_version=version)

    found = read(by_type(events, kind))

    assert found
    assert {(facts.payment, facts.amount, facts.currency) for facts in found} == {("pi_1", 4_950, "pln")}


def test_the_payment_intent_of_2020_tells_how_it_was_paid_from_its_list_of_charges() -> None:
    events = events_of_a_payment(card=("mastercard", "4444"), api_version="2020-08-27")

    facts = merged([by_type(events, SUCCEEDED)])

    assert (facts.method_brand, facts.method_last4) == ("mastercard", "4444")


def test_a_failed_attempt_in_the_list_of_charges_says_nothing() -> None:
    event = by_type(events_of_a_payment(api_version="2020-08-27"), SUCCEEDED)
    charges = event["data"]["object"]["charges"]["data"]
    charges.append(charges[0] | {"id": "ch_failed", "paid": False, "status": "failed", "amount": 1})

    found = read(event)

    assert "ch_failed" not in {facts.charge for facts in found}
    assert len(found) == 2


def test_an_expanded_charge_is_read_like_one_that_came_alone() -> None:
    charge = a_charge(payment_intent="pi_1", id="ch_1")
    intent = a_payment_intent(id="pi_1", latest_charge=charge)

    expanded = list(stripe_facts.from_object(intent, said_at=1))
    alone = list(stripe_facts.from_object(charge, said_at=1))

    assert expanded[0].charge == "ch_1"
    assert expanded[1:] == alone


def test_a_payment_intent_whose_charge_is_not_there_yet_knows_the_money() -> None:
    intent = a_payment_intent(latest_charge=None)

    facts = the_one(an_event(SUCCEEDED, intent))

    assert (facts.amount, facts.charge, facts.method_type) == (12_000, "", "")


def test_a_wallet_and_a_bank_debit_are_told_apart_from_a_card() -> None:
    card = a_charge()
    card["payment_method_details"]["card"]["wallet"] = WALLET
    debit = by_type(events_of_a_delayed_payment(), CAPTURED)

    by_wallet = the_one(an_event(CAPTURED, card))
    by_debit = the_one(debit)

    assert (by_wallet.method_type, by_wallet.method_wallet) == ("card", "apple_pay")
    assert (by_debit.method_type, by_debit.method_brand, by_debit.method_last4) == ("sepa_debit", "", "3000")


def test_a_charge_without_a_payment_intent_is_a_payment_of_its_own() -> None:
    event = an_event(CAPTURED, a_charge(id="ch_alone", payment_intent=None))

    facts = the_one(event)

    assert (facts.payment, facts.payment_intent) == ("ch_alone", "")


def test_a_connected_account_is_named() -> None:
    event = an_event(CAPTURED, a_charge()) | {"account": "acct_1"}

    facts = the_one(event)

    assert facts.account == "acct_1"


# --- What says nothing


@pytest.mark.parametrize(
    ("kind", "obj"),
    [
        (COMPLETED, a_checkout_session(payment_status="unpaid")),
        (COMPLETED, a_checkout_session(payment_status="no_payment_required", payment_intent=None)),
        (COMPLETED, a_checkout_session(payment_intent=None, mode="subscription")),
        (COMPLETED, a_checkout_session(payment_intent=None, mode="setup", payment_status="no_payment_required")),
        ("checkout.session.expired", a_checkout_session(payment_status="unpaid", status="expired")),
        (CAPTURED, a_charge(captured=False, amount_captured=0)),
        (CAPTURED, a_charge(paid=False, status="failed")),
        (CAPTURED, a_charge(paid=False, status="pending")),
        (SUCCEEDED, a_payment_intent(status="requires_capture", amount_received=0)),
        (SUCCEEDED, a_payment_intent(status="processing", amount_received=0)),
        ("customer.created", {"object": "customer", "id": "cus_1"}),
    ],
)
def test_what_is_not_paid_and_captured_says_nothing(kind: str, obj: Payload) -> None:
    event = an_event(kind, obj)

    found = read(event)

    assert found == []


def test_a_delayed_payment_speaks_only_when_the_money_is_there() -> None:
    completed, captured, succeeded, arrived = events_of_a_delayed_payment()

    before = read(completed)
    after = merged([captured, succeeded, arrived])

    assert before == []
    assert (after.amount, after.method_type) == (12_000, "sepa_debit")


# --- Amounts


@pytest.mark.parametrize("currency", ["jpy", "kwd", "isk", "ugx", "huf", "twd", "eur", "clp", "bhd", "mga"])
@given(amount=st.integers(1, 99_999_999))
def test_amounts_pass_as_stripe_counts_them_in_every_currency(currency: str, amount: int) -> None:
    events = events_of_a_payment(amount=amount, currency=currency)

    found = [facts for event in events for facts in read(event)]

    assert {(facts.amount, facts.currency) for facts in found} == {(amount, currency)}


def test_of_a_part_capture_only_the_captured_part_counts() -> None:
    charge = a_charge(amount=12_000, amount_captured=7_500, amount_refunded=4_500, payment_intent="pi_1")
    intent = a_payment_intent(id="pi_1", amount=12_000, amount_received=7_500)

    facts = merged(events_of(None, intent, charge))

    assert facts.amount == 7_500


# --- Text


@given(name=st.text(st.characters(codec=None), max_size=700))
def test_any_name_becomes_one_line_that_can_be_stored(name: str) -> None:
    event = an_event(CAPTURED, a_charge(name=name))

    kept = the_one(event).name

    assert not [char for char in kept if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    assert len(kept) <= stripe_facts.LONGEST_TEXT
    assert kept == kept.strip()
    assert json.loads(json.dumps(kept).encode()) == kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Ada\x00Nowak", "Ada Nowak"),
        ("Ada\r\nBcc: eve@example.com", "Ada Bcc: eve@example.com"),
        ("  Ada \t Nowak ", "Ada Nowak"),
        ("Ada\x9b31mNowak\x7f", "Ada 31mNowak"),
        ("\ud83d\ude00 Ada", "😀 Ada"),
        ("Ada \ud800", "Ada \N{REPLACEMENT CHARACTER}"),
        ("\udfff\ud800 Ada", "\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} Ada"),
        ("محمد\N{RIGHT-TO-LEFT MARK}", "محمد\N{RIGHT-TO-LEFT MARK}"),
        (None, ""),
        (17, ""),
        (["Ada"], ""),
    ],
)
def test_names_lose_what_cannot_be_printed_and_nothing_else(name: Any, kept: str) -> None:
    event = an_event(CAPTURED, a_charge(name=name))

    found = the_one(event).name

    assert found == kept


def test_personal_fields_of_a_session_that_are_null_or_absent_say_nothing() -> None:
    session = a_checkout_session(customer_details=None, customer_email=None, locale=None, metadata=None)

    facts = the_one(an_event(COMPLETED, session))

    assert (facts.email, facts.name, facts.locale, facts.checkout) == ("", "", "", "")


# --- Merging

ids = st.sampled_from(["", "1", "2"])
any_facts = st.builds(
    Facts,
    source=st.sampled_from(stripe_facts.SOURCES),
    origin=st.sampled_from(["evt_1", "evt_2", "evt_3", "api"]),
    created=st.integers(0, 3),
    payment_intent=ids,
    charge=ids,
    session=ids,
    checkout=ids,
    livemode=st.booleans(),
    account=ids,
    amount=st.integers(0, 3),
    currency=ids,
    paid_at=st.integers(0, 3),
    email=ids,
    name=ids,
    locale=ids,
    description=ids,
    method_type=ids,
    method_brand=ids,
    method_last4=ids,
    method_wallet=ids,
)
sayings = st.lists(any_facts, min_size=1, max_size=6)


@given(said=sayings, data=st.data())
def test_the_order_and_the_number_of_sayings_do_not_matter(said: list[Facts], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))

    once = stripe_facts.merge(said)

    assert stripe_facts.merge(shuffled) == once
    assert stripe_facts.merge(said + shuffled) == once


@given(earlier=sayings, later=sayings)
def test_learning_more_never_unlearns_anything(earlier: list[Facts], later: list[Facts]) -> None:
    before = dataclasses.asdict(stripe_facts.merge(earlier))

    after = dataclasses.asdict(stripe_facts.merge(earlier + later))

    assert all(after[field] for field, value in before.items() if value)


@given(first=sayings, second=sayings, third=sayings)
def test_in_what_batches_they_are_learnt_does_not_matter(
    first: list[Facts], second: list[Facts], third: list[Facts]
) -> None:
    known: list[Facts] = []

    for batch in (third, first, second, first):
        known += batch

    assert stripe_facts.merge(known) == stripe_facts.merge([*first, *second, *third])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_poorer_event_never_overwrites_a_richer_fact(order: tuple[int, ...]) -> None:
    charge = a_charge(payment_intent="pi_1", email=None, name=None)
    intent = a_payment_intent(id="pi_1", latest_charge=None, receipt_email=None)
    session = a_checkout_session(payment_intent="pi_1", email="ada@example.com", name="Ada", locale="pl")
    events = [an_event(CAPTURED, charge), an_event(SUCCEEDED, intent, created=2**31), an_event(COMPLETED, session)]

    facts = merged([events[index] for index in order])

    assert (facts.email, facts.name, facts.locale) == ("ada@example.com", "Ada", "pl")
    assert (facts.charge, facts.method_last4) == (charge["id"], "4242")


def test_of_two_charges_the_one_that_was_said_last_is_believed() -> None:
    first = an_event(CAPTURED, a_charge(payment_intent="pi_1", card=("visa", "1111")), created=10)
    second = an_event(CAPTURED, a_charge(payment_intent="pi_1", card=("visa", "2222")), created=20)

    facts = merged([second, first])

    assert facts.method_last4 == "2222"
