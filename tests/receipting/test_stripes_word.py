"""With a key, a receipt says what Stripe says at the time of issue; without an answer it waits, but not for ever."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from pytest_django import Settings

from payments_service.payments.models import Payment
from payments_service.receipting import evidence
from receipts.models import Receipt
from scripts.embedded import free_port
from scripts.stripe_standin import StandIn
from tests.builders import issue, payment_of, take_in
from tests.standin import API_KEY, let_stripe_know
from tests.stripe_events import Payload, a_charge, a_line_item, an_event, by_type, events_of_a_payment

pytestmark = pytest.mark.django_db
CAPTURED, SUCCEEDED, COMPLETED = "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"
UNREACHABLE_BASE = "https://api.stripe.test"


def heard(events: list[Payload], kind: str) -> Payment:
    """The payment after one of its events was processed."""
    take_in([by_type(events, kind)])
    return payment_of(events)


def waiting(payment: Payment) -> Payment:
    """The payment as it is now."""
    return Payment.objects.get(pk=payment.pk)


def taxed(item: Payload, *, rate: float, amount: int) -> Payload:
    """A line item with one tax in its total."""
    tax = {"amount": amount, "rate": {"object": "tax_rate", "percentage": rate, "inclusive": True}, "taxable_amount": 1}
    return item | {"taxes": [tax]}


def test_one_poor_event_is_enough_when_stripe_answers(stripe: StandIn) -> None:
    events = events_of_a_payment(email="ada@example.com", name="Ada Nowak", card=("mastercard", "4444"))
    let_stripe_know(stripe, events, lines=[a_line_item(description="Consultation")])
    payment = heard(events, SUCCEEDED)

    receipt = issue(payment)

    assert receipt is not None
    assert receipt.snapshot["payer_name"] == "Ada Nowak"
    assert receipt.snapshot["method"] == {"type": "card", "brand": "mastercard", "last4": "4444", "wallet": ""}
    assert [line["description"] for line in receipt.snapshot["lines"]] == ["Consultation"]
    assert waiting(payment).email == "ada@example.com"


def test_what_stripe_says_now_goes_before_what_an_event_said_then(stripe: StandIn) -> None:
    events = events_of_a_payment(name="Ada Nowka")
    let_stripe_know(stripe, events)
    session = by_type(events, COMPLETED)["data"]["object"]
    stripe.account.objects[session["id"]]["customer_details"]["name"] = "Ada Nowak"
    payment = heard(events, COMPLETED)

    receipt = issue(payment)

    assert receipt is not None
    assert receipt.snapshot["payer_name"] == "Ada Nowak"


def test_a_charge_that_is_not_there_yet_is_waited_for(stripe: StandIn) -> None:
    events = events_of_a_payment()
    let_stripe_know(stripe, events)
    intent = stripe.account.objects[payment_intent_of(events)]
    charge, intent["latest_charge"] = intent["latest_charge"], None
    payment = heard(events, SUCCEEDED)

    too_early = issue(payment)
    rests = waiting(payment)
    intent["latest_charge"] = charge
    receipt = issue(payment)

    assert too_early is None
    assert (rests.last_error, rests.due_at is not None) == ("charge_not_there_yet", True)
    assert receipt is not None
    assert receipt.snapshot["method"]["last4"] == "4242"
    assert waiting(payment).last_error == ""


@pytest.mark.parametrize(("status", "code"), [(500, "stripe_500"), (503, "stripe_503"), (429, "RateLimitError")])
def test_stripes_bad_minutes_are_waited_out_with_the_code_on_the_row(stripe: StandIn, status: int, code: str) -> None:
    events = events_of_a_payment()
    let_stripe_know(stripe, events)
    payment = heard(events, CAPTURED)

    stripe.fail(status=status, times=2)
    during = issue(payment)
    rests = waiting(payment)
    stripe._failures.clear()
    afterwards = issue(payment)

    assert during is None
    assert (rests.last_error, rests.receipt_number) == (code, "")
    assert rests.due_at is not None
    assert afterwards is not None
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("failure", [requests.Timeout("late"), requests.ConnectionError("gone")])
def test_a_stripe_that_cannot_be_reached_is_asked_again_later(settings: Settings, failure: Exception) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, UNREACHABLE_BASE
    payment = heard(events_of_a_payment(), CAPTURED)

    with responses.RequestsMock() as network:
        network.get(f"{UNREACHABLE_BASE}/v1/payment_intents/{payment.stripe_id}", body=failure)
        receipt = issue(payment)

    assert receipt is None
    assert waiting(payment).last_error == "APIConnectionError"
    assert waiting(payment).due_at is not None


@pytest.mark.parametrize(("status", "kind"), [(401, "invalid_request_error"), (403, "invalid_request_error")])
def test_a_key_that_stripe_refuses_can_be_replaced_and_nothing_is_lost(
    settings: Settings, stripe: StandIn, status: int, kind: str
) -> None:
    events = events_of_a_payment()
    let_stripe_know(stripe, events)
    payment = heard(events, CAPTURED)

    stripe.fail(status=status)
    refused = issue(payment)
    code = waiting(payment).last_error
    afterwards = issue(payment)

    assert refused is None
    assert code == "stripe_refuses_our_key"
    assert afterwards is not None


def test_after_many_attempts_a_receipt_from_the_events_is_better_than_none(settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, f"http://127.0.0.1:{free_port()}"
    events = events_of_a_payment()
    payment = heard(events, CAPTURED)
    Payment.objects.update(attempts=evidence.PATIENCE_ATTEMPTS - 2)

    patient = issue(payment)
    receipt = issue(payment)

    assert patient is None
    assert receipt is not None
    assert (receipt.amount, receipt.snapshot["payer_name"]) == (12_000, "Ada Nowak")


def test_what_stripe_does_not_know_is_told_by_the_events_alone(stripe: StandIn) -> None:
    events = events_of_a_payment(name="Ada Nowak")
    payment = heard(events, CAPTURED)

    receipt = issue(payment)

    assert receipt is not None
    assert (receipt.amount, receipt.snapshot["payer_name"]) == (12_000, "Ada Nowak")
    assert [request["path"] for request in stripe.requests] == [f"/v1/payment_intents/{payment.stripe_id}"]


def test_a_charge_without_a_payment_intent_is_asked_for_by_itself(stripe: StandIn) -> None:
    event = an_event(CAPTURED, a_charge(id="ch_alone", payment_intent=None))
    let_stripe_know(stripe, [event])
    take_in([event])

    receipt = issue(Payment.objects.get(stripe_id="ch_alone"))

    assert receipt is not None
    assert receipt.reference == "ch_alone"
    assert [request["path"] for request in stripe.requests] == ["/v1/charges/ch_alone"]


def test_a_connected_accounts_payment_is_asked_for_in_its_name(stripe: StandIn) -> None:
    events = [event | {"account": "acct_1"} for event in events_of_a_payment()]
    let_stripe_know(stripe, events)

    receipt = issue(heard(events, CAPTURED))

    assert receipt is not None
    assert {request["headers"].get("stripe-account") for request in stripe.requests} == {"acct_1"}


def test_the_lines_of_a_session_made_elsewhere_bring_their_taxes(stripe: StandIn) -> None:
    events = events_of_a_payment(amount=17_300)
    lines = [
        taxed(a_line_item(description="Massage", unit_amount=6_150, quantity=2), rate=23.0, amount=2_300),
        taxed(a_line_item(description="Book", unit_amount=3_000), rate=8.5, amount=235),
        a_line_item(description="Consultation", unit_amount=2_000),
    ]
    let_stripe_know(stripe, events, lines=lines)

    receipt = issue(heard(events, SUCCEEDED))

    assert receipt is not None
    found = [
        (line["description"], line["quantity"], line["amount"], line["tax_rate"]) for line in receipt.snapshot["lines"]
    ]
    assert found == [("Massage", 2, 12_300, "23"), ("Book", 1, 3_000, "8.5"), ("Consultation", 1, 2_000, "")]
    assert {tax["rate"]: tax["amount"] for tax in receipt.snapshot["taxes"]} == {"23": 2_300, "8.5": 235}


@pytest.mark.parametrize(
    ("lines", "description"),
    [
        ([], "Payment"),
        ([a_line_item(unit_amount=11_000)], "Payment"),
    ],
)
def test_lines_that_do_not_add_up_to_what_was_paid_are_not_printed(
    stripe: StandIn, lines: list[Payload], description: str
) -> None:
    events = events_of_a_payment(amount=12_000)
    let_stripe_know(stripe, events, lines=lines)

    receipt = issue(heard(events, SUCCEEDED))

    assert receipt is not None
    assert [(line["description"], line["amount"]) for line in receipt.snapshot["lines"]] == [(description, 12_000)]


def test_a_line_whose_discount_does_not_divide_evenly_is_one_of_its_whole_amount(stripe: StandIn) -> None:
    events = events_of_a_payment(amount=1_000)
    let_stripe_know(stripe, events, lines=[a_line_item(unit_amount=400, quantity=3) | {"amount_total": 1_000}])

    receipt = issue(heard(events, SUCCEEDED))

    assert receipt is not None
    (line,) = receipt.snapshot["lines"]
    assert (line["quantity"], line["unit_amount"], line["amount"]) == (1, 1_000, 1_000)


def test_a_payment_without_any_session_is_receipted_from_its_intent_and_charge(stripe: StandIn) -> None:
    events = [event for event in events_of_a_payment(name="Ada Nowak") if event["type"] != COMPLETED]
    let_stripe_know(stripe, events)

    receipt = issue(heard(events, SUCCEEDED))

    assert receipt is not None
    assert receipt.snapshot["payer_name"] == "Ada Nowak"
    assert [request["path"] for request in stripe.requests][1] == "/v1/checkout/sessions"


@pytest.mark.parametrize("field", ["receipt_email", "description", "shipping"])
def test_without_a_key_stripe_is_not_asked_at_all(settings: Settings, field: str) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "", UNREACHABLE_BASE
    events = events_of_a_payment()
    by_type(events, SUCCEEDED)["data"]["object"][field] = None
    take_in(events)

    with responses.RequestsMock():
        receipt = issue(payment_of(events))

    assert receipt is not None
    assert receipt.snapshot["method"]["last4"] == "4242"


def payment_intent_of(events: list[Payload]) -> Any:
    """The payment intent's id."""
    return by_type(events, SUCCEEDED)["data"]["object"]["id"]
