"""The stand-in, Stripe's own library pointed at it, and a webhook for its events."""

from collections.abc import Iterator

import pytest
import stripe

from scripts.stripe_standin import StandIn
from tests.scripts.stripe_sessions import SECRET
from tests.stripe_events.receiver import Receiver


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(secret=SECRET) as running:
        yield running


@pytest.fixture
def client(standin: StandIn) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_of_nobody", base_addresses={"api": standin.url})


@pytest.fixture
def receiver(standin: StandIn) -> Iterator[Receiver]:
    with Receiver() as running:
        standin.webhook_url = running.url
        yield running
