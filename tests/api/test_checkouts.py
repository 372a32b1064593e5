"""Opening a checkout: once per key, with nothing about the patient for Stripe, and errors that name the field."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from payments_service.payments.models import Checkout, Payment
from scripts.embedded import free_port
from scripts.stripe_standin import StandIn
from tests.builders import issue, take_in

pytestmark = pytest.mark.django_db
CHECKOUTS = "/api/v1/checkouts"
ASKED: dict[str, Any] = {
    "visit_id": "visit-77",
    "currency": "EUR",
    "lines": [
        {"description": "Marker Dermatology", "quantity": 2, "unit_amount": 4_000, "tax_rate": "23"},
        {"description": "Marker Cream", "quantity": 1, "unit_amount": 1_500},
    ],
    "patient": {"name": "Marker Nowak", "email": "marker@example.com", "locale": "pl"},
    "service": {"date": "2026-11-20", "practitioner": "Dr Marker", "code": "L70.0-marker"},
    "success_url": "https://clinic.example/thanks",
    "cancel_url": "https://clinic.example/back",
}

PRIVATE = ("marker", "nowak", "visit-77", "example.com", "l70", "2026-11-20", "dermatology", "cream")


def open_checkout(api: Client, body: Any = ASKED, *, key: str | None = None) -> Any:
    """POST a checkout."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.post(CHECKOUTS, body, content_type="application/json", headers=headers)


def with_value(path: str, value: Any) -> dict[str, Any]:
    """The usual body with one value replaced, as in "lines.0.quantity"."""
    body: Any = deepcopy(ASKED)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = body
    for step in parents:
        place = place[step]
    place[last] = value
    return dict(body)


def without(path: str) -> dict[str, Any]:
    """The usual body without one field."""
    body: Any = deepcopy(ASKED)
    *parents, last = path.split(".")
    place = body
    for step in parents:
        place = place[step]
    del place[last]
    return dict(body)


def test_a_checkout_is_opened_at_stripe_and_described(api: Client, stripe: StandIn) -> None:
    body = ASKED

    response = open_checkout(api, body)

    row = Checkout.objects.get()
    session = stripe.account.objects[row.stripe_session_id or ""]
    assert response.status_code == 201
    assert response.json() == {
        "id": row.reference,
        "url": session["url"],
        "stripe_session_id": session["id"],
        "status": "open",
    }
    assert (session["amount_total"], session["currency"]) == (9_500, "eur")
    assert api.get(f"{CHECKOUTS}/{row.reference}").json() == response.json()


def test_stripe_is_told_an_opaque_id_and_an_amount_and_nothing_about_the_patient(api: Client, stripe: StandIn) -> None:
    body = ASKED

    open_checkout(api, body, key="booking-1")

    (request,) = stripe.requests
    told = repr(request).lower()
    assert not [word for word in PRIVATE if word in told]
    assert Checkout.objects.get().reference in told


def test_the_same_key_with_the_same_body_gives_the_same_checkout(api: Client, stripe: StandIn) -> None:
    first = open_checkout(api, key="booking-1")

    again = open_checkout(api, key="booking-1")
    other = open_checkout(api, key="booking-2")

    assert again.status_code == 201
    assert again.json() == first.json()
    assert other.json()["id"] != first.json()["id"]
    assert Checkout.objects.count() == 2
    assert len(stripe.requests) == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_key_with_another_body_is_refused_by_name(api: Client, stripe: StandIn) -> None:
    open_checkout(api, key="booking-1")

    response = open_checkout(api, with_value("lines.0.quantity", 3), key="booking-1")

    (error,) = response.json()["errors"]
    assert response.status_code == 422
    assert error["field"] == "Idempotency-Key"
    assert "another request" in error["message"]
    assert Checkout.objects.count() == 1


def test_without_a_key_every_request_opens_its_own(api: Client, stripe: StandIn) -> None:
    first, second = open_checkout(api), open_checkout(api)

    assert first.json()["id"] != second.json()["id"]
    assert Checkout.objects.count() == 2


def test_after_a_failure_of_stripes_the_same_key_goes_on_where_it_stopped(api: Client, stripe: StandIn) -> None:
    stripe.fail(status=503, times=2)
    failed = open_checkout(api, key="booking-1")

    response = open_checkout(api, key="booking-1")

    assert failed.status_code == 503
    assert "same key" in failed.json()["errors"][0]["message"]
    assert response.status_code == 201
    assert Checkout.objects.get().status == "open"


def test_a_stripe_that_is_away_is_said_so(api: Client, settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_fake", f"http://127.0.0.1:{free_port()}"

    response = open_checkout(api)

    assert response.status_code == 503
    assert "Stripe can't be reached" in response.json()["errors"][0]["message"]


def test_without_a_key_for_stripe_the_answer_says_what_to_set(api: Client, settings: Settings) -> None:
    settings.STRIPE_API_KEY = ""

    response = open_checkout(api)

    assert response.status_code == 503
    assert "STRIPE_API_KEY" in response.json()["errors"][0]["message"]


def test_what_stripe_never_learnt_is_joined_when_the_receipt_is_issued(api: Client, stripe: StandIn) -> None:
    checkout = open_checkout(api).json()
    events = stripe.pay(checkout["stripe_session_id"], email="payer@example.com", name="Paul Payer")

    take_in(events)
    receipt = issue(Payment.objects.get())

    assert receipt is not None
    assert receipt.snapshot["patient_name"] == "Marker Nowak"
    assert receipt.snapshot["payer_name"] == "Paul Payer"
    assert receipt.snapshot["service"] == {"date": "2026-11-20", "practitioner": "Dr Marker", "code": "L70.0-marker"}
    assert [line["amount"] for line in receipt.snapshot["lines"]] == [8_000, 1_500]
    assert receipt.snapshot["locale"] == "pl"
    assert Payment.objects.get().email == "marker@example.com"
    assert api.get(f"{CHECKOUTS}/{checkout['id']}").json()["status"] == "complete"


def test_a_payment_is_found_by_its_payment_intent(api: Client, stripe: StandIn) -> None:
    checkout = open_checkout(api).json()
    take_in(stripe.pay(checkout["stripe_session_id"]))
    payment = Payment.objects.get()

    found = api.get(f"/api/v1/payments?payment_intent={payment.stripe_id}")
    unknown = api.get("/api/v1/payments?payment_intent=pi_unknown")

    assert (unknown.status_code, unknown.json()) == (200, [])
    assert payment.paid_at is not None
    assert found.json() == [
        {
            "account": "",
            "payment_intent": payment.stripe_id,
            "charge": payment.charge,
            "checkout": checkout["id"],
            "amount": 9_500,
            "refunded": 0,
            "balance": 9_500,
            "currency": "eur",
            "livemode": False,
            "paid_at": payment.paid_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "receipt": "",
        }
    ]


def test_a_checkout_that_does_not_exist_is_said_so(api: Client) -> None:
    response = api.get(f"{CHECKOUTS}/chk_unknown")

    assert response.status_code == 404
    assert response.json() == {"errors": [{"field": "id", "message": "there is no such checkout"}]}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("visit_id", "", "1 characters or more"),
        ("visit_id", "v" * 101, "at most 100 characters"),
        ("visit_id", "visit\n7", "control characters"),
        ("currency", "EURO", "three letters"),
        ("currency", "€", "three letters"),
        ("lines", [], "1 entries or more"),
        ("lines.0.description", "  ", "1 characters or more"),
        ("lines.0.description", "x" * 201, "at most 200 characters"),
        ("lines.0.description", "a\x00b", "control characters"),
        ("lines.0.description", "\ud800", "valid Unicode"),
        ("lines.0.quantity", 0, "1 or more"),
        ("lines.0.quantity", 10_001, "at most 10000"),
        ("lines.0.quantity", 1.5, "whole number"),
        ("lines.0.unit_amount", -1, "1 or more"),
        ("lines.0.unit_amount", "12.00", "whole number"),
        ("lines.0.unit_amount", True, "whole number"),
        ("lines.0.unit_amount", 12.0, "whole number"),
        ("lines.0.unit_amount", 100_000_000, "at most 99999999"),
        ("lines.0.tax_rate", "a fifth", "percentage"),
        ("lines.0.tax_rate", "101", "percentage"),
        ("lines.0.tax_rate", "-1", "percentage"),
        ("lines.0.tax_rate", "NaN", "percentage"),
        ("patient.name", "", "1 characters or more"),
        ("patient.email", "marker", "ada@example.com"),
        ("patient.email", "marker@example.com\nBcc: eve@example.com", "ada@example.com"),
        ("patient.locale", "xx-YY", "locale such as"),
        ("service.date", "20.11.2026", "2026-11-22"),
        ("service.date", "2026-02-30", "2026-11-22"),
        ("service.code", "c" * 201, "at most 200 characters"),
        ("success_url", "http://clinic.example/thanks", "https://"),
        ("success_url", "javascript:alert(1)", "https://"),
        ("cancel_url", "/back", "https://"),
        ("cancel_url", "https://", "https://"),
        ("cancel_url", "https://clinic.example/" + "x" * 1000, "https://"),
        ("discount", 10, "no such field"),
        ("patient.birthday", "1990-01-01", "no such field"),
        ("lines.1.unit_price", 10, "no such field"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field_and_what_is_expected(
    api: Client, stripe: StandIn, field: str, value: Any, expected: str
) -> None:
    body = with_value(field, value)

    response = open_checkout(api, body)

    errors = {error["field"]: error["message"] for error in response.json()["errors"]}
    assert response.status_code == 422
    assert list(errors) == [field]
    assert expected in errors[field]
    assert errors[field].startswith(("expected", "not expected"))
    assert not Checkout.objects.exists()
    assert stripe.requests == []


@pytest.mark.parametrize(
    "field", ["visit_id", "currency", "lines", "patient", "patient.email", "success_url", "cancel_url"]
)
def test_a_missing_field_is_named(api: Client, stripe: StandIn, field: str) -> None:
    body = without(field)

    response = open_checkout(api, body)

    assert response.status_code == 422
    assert response.json() == {"errors": [{"field": field, "message": "expected, but it is missing"}]}


def test_every_mistake_is_named_at_once(api: Client, stripe: StandIn) -> None:
    body = with_value("currency", "?") | {"visit_id": "", "lines": []}

    response = open_checkout(api, body)

    assert sorted(error["field"] for error in response.json()["errors"]) == ["currency", "lines", "visit_id"]


@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "clé"])
def test_a_key_that_cannot_be_one_is_named(api: Client, stripe: StandIn, key: str) -> None:
    response = open_checkout(api, key=key)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert response.json()["errors"][0]["message"].startswith("expected ")
    assert not Checkout.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"visit"', "\x00"])
def test_a_body_that_is_no_object_gets_an_error_in_the_same_shape(api: Client, body: str) -> None:
    response = open_checkout(api, body)

    assert response.status_code in {400, 422}
    (error,) = response.json()["errors"]
    assert error["field"] == ""
    assert error["message"].startswith("expected")


def test_the_optional_parts_may_be_left_out(api: Client, stripe: StandIn) -> None:
    body = without("service")
    del body["patient"]["locale"]

    response = open_checkout(api, body)

    assert response.status_code == 201
    assert Checkout.objects.get().service == {}
