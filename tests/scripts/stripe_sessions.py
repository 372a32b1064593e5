"""A Checkout Session as the service makes it, through Stripe's own library; for the tests of the stand-in."""

from typing import Any

import stripe

SECRET = "whsec_test_of_the_standin"
LINE: Any = {
    "price_data": {"currency": "eur", "unit_amount": 4500, "product_data": {"name": "Visit"}},
    "quantity": 2,
}


def a_session(client: stripe.StripeClient, **options: Any) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [LINE],
            "metadata": {"checkout": "co_1"},
            "client_reference_id": "co_1",
            "payment_intent_data": {"metadata": {"checkout": "co_1"}},
            "success_url": "http://127.0.0.1:9/paid?session={CHECKOUT_SESSION_ID}",
        },
        options,  # type: ignore[arg-type]
    )
