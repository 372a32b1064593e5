"""The builders in tests/stripe_events/ make what Stripe makes: events that agree, in the shape of their API version."""

import pytest
import stripe

from tests.stripe_events import (
    API_VERSIONS,
    a_checkout_session,
    an_event,
    body_of,
    by_type,
    events_of_a_delayed_payment,
    events_of_a_payment,
    signature_header,
)

OLD, NEW = "whsec_test_old", "whsec_test_new"


def test_the_events_of_a_payment_agree_with_each_other() -> None:
    events = events_of_a_payment(amount=4500, currency="jpy", email="ada@example.com", metadata={"checkout": "co_1"})

    charge, intent, session, settled = (event["data"]["object"] for event in events)

    assert intent["latest_charge"] == charge["id"] == settled["id"]
    assert charge["payment_intent"] == session["payment_intent"] == intent["id"]
    assert charge["amount"] == intent["amount_received"] == session["amount_total"] == 4500
    assert {each["currency"] for each in (charge, intent, session)} == {"jpy"}
    assert {each["metadata"]["checkout"] for each in (charge, intent, session)} == {"co_1"}
    assert charge["billing_details"]["email"] == session["customer_details"]["email"] == "ada@example.com"


def test_a_delayed_payment_is_complete_before_it_is_paid() -> None:
    events = events_of_a_delayed_payment(amount=4500)

    completed = by_type(events, "checkout.session.completed")["data"]["object"]
    succeeded = by_type(events, "checkout.session.async_payment_succeeded")["data"]["object"]
    charge = by_type(events, "charge.succeeded")["data"]["object"]

    assert (completed["payment_status"], succeeded["payment_status"]) == ("unpaid", "paid")
    assert completed["id"] == succeeded["id"]
    assert completed["payment_intent"] == charge["payment_intent"]
    assert charge["payment_method_details"]["sepa_debit"]["last4"] == "3000"


def test_two_payments_share_no_id() -> None:
    first, second = events_of_a_payment(), events_of_a_payment()

    ids = {event["id"] for event in first + second} | {event["data"]["object"]["id"] for event in first + second}

    assert len(ids) == 8 + 6  # eight events; two sessions, two intents, and two charges of two events each


def test_the_charge_settles_after_the_payment() -> None:
    events = events_of_a_payment()

    before = by_type(events, "charge.succeeded")["data"]["object"]["balance_transaction"]
    updated = by_type(events, "charge.updated")["data"]

    assert before is None
    assert updated["object"]["balance_transaction"].startswith("txn_")
    assert updated["previous_attributes"] == {"balance_transaction": None}


@pytest.mark.parametrize("version", API_VERSIONS)
def test_events_have_the_shape_of_their_api_version(version: str) -> None:
    events = events_of_a_payment(api_version=version)

    intent = by_type(events, "payment_intent.succeeded")["data"]["object"]
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    session = by_type(events, "checkout.session.completed")["data"]["object"]

    assert {event["api_version"] for event in events} == {version}
    assert ("charges" in intent, "latest_charge" in intent) == (version < "2022-11-15", version >= "2022-11-15")
    assert ("refunds" in charge, "invoice" in charge) == (version < "2022-11-15", version < "2025-03-31")
    assert ("shipping" in session, "shipping_details" in session) == (
        version < "2022-08-01",
        "2022-08-01" <= version < "2025-03-31",
    )
    assert stripe.Event.construct_from(events[0], "sk_test_of_nobody").type == "charge.succeeded"


def test_a_payment_intent_of_2020_carries_its_charge() -> None:
    events = events_of_a_payment(api_version="2020-08-27", card=("mastercard", "4444"))

    (charge,) = by_type(events, "payment_intent.succeeded")["data"]["object"]["charges"]["data"]

    assert charge["id"] == by_type(events, "charge.succeeded")["data"]["object"]["id"]
    assert charge["payment_method_details"]["card"]["last4"] == "4444"
    assert charge["refunds"]["data"] == []


def test_while_a_secret_is_rolled_both_are_in_the_header() -> None:
    body = body_of(an_event("checkout.session.completed", a_checkout_session(name="Zoë 山田")))

    header = signature_header(body, secret=[OLD, NEW], timestamp=1_790_000_000)

    assert header.count("v1=") == 2
    for secret in (OLD, NEW):
        assert stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_test_other", tolerance=None)
