"""Checkouts that are paid into a connected account, and what the API says of the account afterwards."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import responses
from django.test import Client
from pytest_django import Settings

from payments_service.payments import checkouts
from payments_service.payments.api import asked
from payments_service.payments.models import Checkout, Payment
from payments_service.payments.schemas import CheckoutIn
from scripts.stripe_standin import StandIn
from tests import clinics
from tests.api.test_checkouts import ASKED, open_checkout
from tests.builders import correct, issue, take_in
from tests.clinics import BOSTON, FORGOTTEN, MUNICH
from tests.stripe_events import Payload, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
MUNICHS = ASKED | {"account": MUNICH}


@pytest.fixture
def _group(settings: Settings, tmp_path: Path) -> None:
    """An installation of several clinics."""
    clinics.describe(settings, tmp_path)


def refusal(response: Any) -> tuple[int, str, str]:
    """Status, field and sentence of an answer with one error."""
    (error,) = response.json()["errors"]
    return response.status_code, error["field"], error["message"]


def posted(event: Payload, account: str) -> Payload:
    """The event as it comes through an endpoint for connected accounts, or through our own."""
    return {**event, "account": account} if account else {name: event[name] for name in event if name != "account"}


@pytest.mark.usefixtures("_group")
def test_a_checkout_for_a_clinic_is_opened_on_its_account_paid_there_and_receipted_by_it(
    api: Client, stripe: StandIn
) -> None:
    checkout = open_checkout(api, MUNICHS).json()

    events = stripe.pay(checkout["stripe_session_id"])
    take_in(events)
    receipt = issue(Payment.objects.get())

    assert {event["account"] for event in events} == {MUNICH}
    assert {request["headers"].get("stripe-account") for request in stripe.requests} == {MUNICH}
    assert Checkout.objects.get().account == MUNICH
    assert receipt is not None
    assert receipt.number.startswith("TEST-MU-R-")
    assert receipt.snapshot["clinic"]["name"] == "Praxis am Markt"
    assert receipt.snapshot["patient_name"] == "Marker Nowak"
    assert [line["amount"] for line in receipt.snapshot["lines"]] == [8_000, 1_500]


@pytest.mark.usefixtures("_group")
def test_payments_and_documents_name_the_account(api: Client, stripe: StandIn) -> None:
    checkout = open_checkout(api, MUNICHS).json()
    events = stripe.pay(checkout["stripe_session_id"])
    take_in(events)
    payment = Payment.objects.get()
    issue(payment)
    take_in(stripe.refund(payment.charge, amount=500))
    correct()

    (paid,) = api.get(f"/api/v1/payments?payment_intent={payment.stripe_id}").json()
    documents = api.get(f"/api/v1/receipts?payment_intent={payment.stripe_id}").json()

    assert (paid["account"], paid["checkout"]) == (MUNICH, checkout["id"])
    assert [(each["account"], each["number"][:11]) for each in documents] == [
        (MUNICH, "TEST-MU-R-2"),
        (MUNICH, "TEST-MU-RF-"),
    ]


@pytest.mark.usefixtures("_group")
def test_an_event_that_does_not_name_the_account_is_the_checkouts(api: Client, stripe: StandIn) -> None:
    checkout = open_checkout(api, MUNICHS).json()

    take_in(posted(event, "") for event in stripe.pay(checkout["stripe_session_id"]))
    receipt = issue(Payment.objects.get())

    assert receipt is not None
    assert receipt.number.startswith("TEST-MU-R-")


@pytest.mark.usefixtures("_group")
def test_one_clinics_checkout_is_never_joined_to_a_payment_of_another_one(api: Client, stripe: StandIn) -> None:
    checkout = open_checkout(api, MUNICHS).json()
    claimed = events_of_a_payment(
        metadata={"checkout": checkout["id"]}, session_id=checkout["stripe_session_id"], email="eve@example.com"
    )

    take_in(posted(event, BOSTON) for event in claimed)
    receipt = issue(Payment.objects.get())

    assert receipt is not None
    assert receipt.snapshot["patient_name"] == ""
    assert receipt.number.startswith("TEST-BO-R-")
    assert (Payment.objects.get().email, Payment.objects.get().checkout) == ("eve@example.com", None)


@pytest.mark.usefixtures("_group")
@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        (FORGOTTEN, "expected an account that has a table in CLINIC_ACCOUNTS_FILE"),
        ("munich", "expected the id of a connected Stripe account such as acct_1A2b3C, or nothing for our own"),
        ("acct_", "expected the id of a connected Stripe account such as acct_1A2b3C, or nothing for our own"),
        (MUNICH + "\n", "expected the id of a connected Stripe account such as acct_1A2b3C, or nothing for our own"),
        (7, "expected text in quotes"),
    ],
)
def test_an_account_without_a_clinic_is_refused_by_name(
    api: Client, stripe: StandIn, account: object, sentence: str
) -> None:
    response = open_checkout(api, ASKED | {"account": account})

    assert refusal(response) == (422, "account", sentence)
    assert stripe.requests == []
    assert not Checkout.objects.exists()


def test_without_the_file_any_connected_account_will_do(api: Client, stripe: StandIn) -> None:
    response = open_checkout(api, MUNICHS)

    assert response.status_code == 201
    assert stripe.requests[0]["headers"]["stripe-account"] == MUNICH


@responses.activate
def test_an_account_that_our_key_may_not_act_for_is_named_as_what_is_wrong(api: Client, settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_fake", "https://api.stripe.com"
    error = {"type": "invalid_request_error", "code": "account_invalid", "message": "The provided key has no access."}
    responses.post("https://api.stripe.com/v1/checkout/sessions", json={"error": error}, status=403)

    response = open_checkout(api, MUNICHS)

    assert refusal(response) == (422, "account", "Stripe refuses this checkout: account_invalid")
    assert not Checkout.objects.exists()


def test_the_same_key_for_another_account_is_another_request(api: Client, stripe: StandIn) -> None:
    open_checkout(api, MUNICHS, key="booking-1")

    again = open_checkout(api, MUNICHS, key="booking-1")
    elsewhere = open_checkout(api, ASKED | {"account": BOSTON}, key="booking-1")

    assert again.status_code == 201
    assert refusal(elsewhere)[:2] == (422, "Idempotency-Key")


def test_a_key_that_was_used_before_there_were_accounts_still_gives_its_checkout(api: Client, stripe: StandIn) -> None:
    request = asked(CheckoutIn(**ASKED))
    plain = {name: value for name, value in asdict(request).items() if name != "account"}
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    old = Checkout.objects.create(
        **checkouts.columns(request),
        reference="chk_old",
        idempotency_key="booking-1",
        request_digest=digest,
        status="open",
        stripe_session_id="cs_test_old",
        created_at=datetime.now(UTC),
    )

    again = open_checkout(api, key="booking-1")

    assert (again.status_code, again.json()["id"]) == (201, old.reference)
    assert stripe.requests == []
