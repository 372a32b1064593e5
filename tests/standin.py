"""A Stripe on loopback that the service may ask, and what it knows; without Django, as a conftest imports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy

from pytest_django import Settings

from scripts.stripe_standin import StandIn
from tests.stripe_events import Payload

API_KEY = "sk_test_visibly_fake"


@contextmanager
def stripe_answers(settings: Settings) -> Iterator[StandIn]:
    """A Stripe on loopback that the service may ask, for the length of the block."""
    with StandIn() as stripe:
        settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, stripe.url
        yield stripe


def let_stripe_know(stripe: StandIn, events: Sequence[Payload], *, lines: Sequence[Payload] = ()) -> None:
    """Give Stripe the objects of these events in their last state, and its session these lines."""
    for event in events:
        obj = stripe.account.keep(deepcopy(event["data"]["object"]))
        if obj["object"] == "checkout.session":
            stripe.account.line_items[obj["id"]] = list(lines)
