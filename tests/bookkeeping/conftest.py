"""A Stripe that answers, to compare with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from scripts.stripe_standin import StandIn
from tests import standin


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with standin.stripe_answers(settings) as server:
        yield server
