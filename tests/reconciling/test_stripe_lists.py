"""Stripe's lists are read page by page, from an instant to another, through limits and bad minutes."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import responses
from pytest_django import Settings

from payments_service.payments import stripe_lists
from scripts.embedded import free_port
from scripts.stripe_standin import StandIn
from servicekit.failures import GiveUp, TryLater
from tests.standin import API_KEY
from tests.stripe_events import CREATED, Payload, a_charge, a_dispute, a_refund, an_event

START = datetime.fromtimestamp(CREATED, UTC)
END = START + timedelta(hours=1)


def charges(stripe: StandIn, *, count: int) -> list[Payload]:
    """So many charges at Stripe, one a second from START on, oldest first."""
    return [stripe.account.keep(a_charge(created=CREATED + second)) for second in range(count)]


def ids(found: object) -> list[str]:
    """The ids of what a list brought, in its order."""
    return [each["id"] for each in found]  # type: ignore[attr-defined]


def told(stripe: StandIn, kind: str, *, second: int = 0) -> str:
    """The id of an event of that type which Stripe made so many seconds after START."""
    (event,) = stripe.account.publish([an_event(kind, a_charge(), created=CREATED + second)])
    return str(event["id"])


def test_a_list_is_read_to_its_end_newest_first(stripe: StandIn) -> None:
    made = charges(stripe, count=250)

    found = ids(stripe_lists.charges(since=START, until=END))

    assert found == ids(reversed(made))
    assert len(stripe.requests) == 3


def test_only_what_was_made_between_the_two_instants_is_listed(stripe: StandIn) -> None:
    made = charges(stripe, count=5)
    refunds = [stripe.account.keep(a_refund(created=CREATED + second)) for second in range(5)]
    disputes = [stripe.account.keep(a_dispute(created=CREATED + second)) for second in range(5)]
    since, until = START + timedelta(seconds=1), START + timedelta(seconds=3)

    listed = [
        ids(ask(since=since, until=until))
        for ask in (stripe_lists.charges, stripe_lists.refunds, stripe_lists.disputes)
    ]

    assert listed == [[these[2]["id"], these[1]["id"]] for these in (made, refunds, disputes)]


def test_whoever_was_stopped_goes_on_behind_what_it_has_seen(stripe: StandIn) -> None:
    made = charges(stripe, count=5)

    found = ids(stripe_lists.charges(since=START, until=END, after=made[2]["id"]))

    assert found == [made[1]["id"], made[0]["id"]]


def test_events_are_narrowed_to_types_and_to_those_that_nobody_accepted(stripe: StandIn) -> None:
    arrived, lost = told(stripe, "charge.succeeded", second=1), told(stripe, "charge.succeeded", second=2)
    other = told(stripe, "charge.updated", second=3)
    stripe.account.delivered.add(arrived)

    undelivered = ids(stripe_lists.events(since=START, until=END, types=["charge.succeeded"], undelivered=True))
    everything = ids(stripe_lists.events(since=START, until=END))

    assert undelivered == [lost]
    assert everything == [other, lost, arrived]


def test_a_connected_account_is_asked_in_its_name(stripe: StandIn) -> None:
    list(stripe_lists.refunds(since=START, until=END, account="acct_north"))

    (call,) = stripe.requests
    assert call["headers"]["stripe-account"] == "acct_north"


def test_who_is_told_to_wait_waits_as_long_as_stripe_says(stripe: StandIn) -> None:
    made = charges(stripe, count=1)
    stripe.fail(status=429, times=2, retry_after=1)
    started = time.monotonic()

    found = ids(stripe_lists.charges(since=START, until=END))

    assert found == ids(made)
    assert time.monotonic() - started >= 2


def test_a_wait_that_is_long_is_left_to_the_caller(stripe: StandIn) -> None:
    stripe.fail(status=429, retry_after=600)

    with pytest.raises(TryLater) as failure:
        list(stripe_lists.charges(since=START, until=END))

    assert failure.value.retry_after == 600
    assert len(stripe.requests) == 1


def test_a_stripe_that_stays_down_is_tried_later(stripe: StandIn) -> None:
    stripe.fail(status=500, times=20)

    with pytest.raises(TryLater) as failure:
        list(stripe_lists.charges(since=START, until=END))

    assert failure.value.code == "stripe_500"


def test_a_place_that_is_not_in_the_list_any_more_is_nothing_to_wait_for(stripe: StandIn) -> None:
    with pytest.raises(GiveUp) as failure:
        list(stripe_lists.charges(since=START, until=END, after="ch_gone"))

    assert failure.value.code == "resource_missing"


@responses.activate
def test_a_key_that_may_not_read_a_list_is_not_asked_again_and_again(stripe: StandIn) -> None:
    refusal = {"error": {"type": "invalid_request_error", "message": "The provided key does not have access."}}
    responses.get(f"{stripe.url}/v1/disputes", json=refusal, status=403)

    with pytest.raises(TryLater) as failure:
        list(stripe_lists.disputes(since=START, until=END))

    assert failure.value.code == "stripe_refuses_our_key"
    assert len(responses.calls) == 1


def test_who_cannot_be_reached_is_left_to_the_caller_at_once(settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = API_KEY, f"http://127.0.0.1:{free_port()}"
    started = time.monotonic()

    with pytest.raises(TryLater) as failure:
        list(stripe_lists.charges(since=START, until=END))

    assert failure.value.code == "APIConnectionError"
    assert time.monotonic() - started < 5
