"""A caller with a token and a Stripe that answers, for the tests of the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from scripts.stripe_standin import StandIn
from tests import standin

TOKENS = ("visibly-fake-token-1", "visibly-fake-token-2")


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with standin.stripe_answers(settings) as server:
        yield server


@pytest.fixture
def api() -> Client:
    """The booking system: it has a token, and comes over TLS as the proxy says; its rate isn't used up."""
    cache.delete_many([f"rate:token-{number}" for number in (1, 2)])
    return Client(headers={"Authorization": f"Bearer {TOKENS[0]}", "X-Forwarded-Proto": "https"})
