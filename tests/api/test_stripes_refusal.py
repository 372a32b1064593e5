"""When Stripe refuses a checkout, the caller learns which field is at fault, and nothing that Stripe quotes."""

from __future__ import annotations

import pytest
import responses
from django.test import Client
from pytest_django import Settings

from payments_service.payments.models import Checkout
from tests.api.test_checkouts import open_checkout
from tests.standin import API_KEY

pytestmark = pytest.mark.django_db
SESSIONS = "https://api.stripe.test/v1/checkout/sessions"


@pytest.fixture
def refusals(settings: Settings) -> responses.RequestsMock:
    """A Stripe that answers as the test says."""
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, "https://api.stripe.test"
    return responses.RequestsMock()


@pytest.mark.parametrize(
    ("param", "field"),
    [
        ("line_items[0][price_data][currency]", "currency"),
        ("line_items[0][price_data][unit_amount]", "lines"),
        ("line_items", "lines"),
        ("success_url", "success_url"),
        ("cancel_url", "cancel_url"),
        ("locale", "patient.locale"),
        ("payment_intent_data[metadata]", "payment_intent_data[metadata]"),
        ("marker@example.com is no parameter", ""),
        (None, ""),
    ],
)
def test_the_parameter_that_stripe_names_is_the_field_of_the_error(
    api: Client, refusals: responses.RequestsMock, param: str | None, field: str
) -> None:
    error = {"type": "invalid_request_error", "code": "parameter_invalid", "message": "Marker", "param": param}

    with refusals as stripe:
        stripe.post(SESSIONS, json={"error": error}, status=400)
        response = open_checkout(api)

    assert response.status_code == 422
    assert response.json() == {
        "errors": [{"field": field, "message": "Stripe refuses this checkout: parameter_invalid"}]
    }
    assert not Checkout.objects.exists()
