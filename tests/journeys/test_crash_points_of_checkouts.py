"""Whatever commit or outside call a process dies at, a checkout is opened once, by whoever asks again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from payments_service.payments.models import Checkout
from scripts.stripe_standin import StandIn
from tests import crash_points, end_states
from tests.api.test_checkouts import open_checkout
from tests.builders import TOKEN
from tests.crash_points import COMMIT, REDIS
from tests.standin import stripe_answers

pytestmark = pytest.mark.django_db(transaction=True)
DIFFERS = ("reference", "stripe_session_id", "url")


@pytest.fixture
def stripe(settings: Settings) -> Iterator[StandIn]:
    """Stripe's API on loopback, and a key for it."""
    with stripe_answers(settings) as server:
        yield server


class Journey:
    """The booking system's call, which is made once more under the same key when nobody answered."""

    def forget(self) -> None:
        """Nobody has called yet."""
        crash_points.forget_all()

    def go(self) -> None:
        """Call."""
        booking = Client(headers={"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"})
        assert open_checkout(booking, key="visit-77").status_code == 201

    go_on = go


def test_a_checkout_is_opened_once_wherever_a_process_dies(stripe: StandIn, tmp_path: Path) -> None:
    journey, log = Journey(), tmp_path / "points"
    journey.forget()
    points = crash_points.points_of(journey.go, log=log)
    expected = end_states.state_without(*DIFFERS)

    def wrong(died_before: int) -> Iterator[str]:
        yield from end_states.differences(end_states.state_without(*DIFFERS), expected)
        checkout = Checkout.objects.get()
        opened = [each for each in sessions(stripe) if each["client_reference_id"] == checkout.reference]
        if [(each["id"], each["url"]) for each in opened] != [(checkout.stripe_session_id, checkout.url)]:
            yield f"{len(opened)} sessions, {checkout.stripe_session_id} on record"

    found = crash_points.wrong_after_deaths(journey, points, log=log, wrong=wrong)

    assert not found, "\n".join(found)
    assert crash_points.kinds_of(points) == {COMMIT, REDIS, "Stripe POST", "Stripe POST content"}
    assert [row["status"] for row in expected["Checkout"]] == ["open"]


def sessions(stripe: StandIn) -> list[dict[str, object]]:
    """What Stripe has opened."""
    return [each for each in stripe.account.objects.values() if each["object"] == "checkout.session"]
