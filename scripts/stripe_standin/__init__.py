"""A loopback stand-in for Stripe's API, for the demo and the tests; tests/stripe_events/ gives it Stripe's shapes.

with StandIn(webhook_url="http://127.0.0.1:8001/webhooks/stripe/", secret="whsec_test_demo") as stripe:
    ...  # the service makes a session at stripe.url
    events = stripe.pay(session_id, email="ada@example.com")
    stripe.deliver(events)
"""

from scripts.stripe_standin.server import StandIn

__all__ = ["StandIn"]
