"""The stand-in's webhook endpoints, keys and clock, seen through Stripe's own library."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
import requests
import stripe

from scripts.stripe_standin import StandIn
from tests.stripe_events import NEWEST, a_charge

URL = "https://clinic.example/webhooks/stripe/"


def test_an_endpoint_shows_its_secret_once_and_is_changed_by_its_id(client: stripe.StripeClient) -> None:
    made = client.v1.webhook_endpoints.create(
        {"url": URL, "enabled_events": ["charge.succeeded"], "api_version": "2026-10-28.endive"}
    )
    client.v1.webhook_endpoints.update(made.id, {"enabled_events": ["charge.refunded"], "disabled": True})

    [listed] = client.v1.webhook_endpoints.list().data

    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert not hasattr(listed, "secret")
    assert (listed.url, listed.status, listed.enabled_events) == (URL, "disabled", ["charge.refunded"])
    assert listed.api_version == NEWEST


def test_an_endpoint_needs_an_address_and_keeps_its_api_version(client: stripe.StripeClient, standin: StandIn) -> None:
    made = client.v1.webhook_endpoints.create({"url": URL, "enabled_events": ["*"]})
    change = f"{standin.url}/v1/webhook_endpoints/{made.id}"

    refused = requests.post(change, {"api_version": NEWEST}, auth=("sk_test_fake", ""), timeout=10)
    nowhere = requests.post(f"{standin.url}/v1/webhook_endpoints", auth=("sk_test_fake", ""), timeout=10)

    assert [refused.status_code, nowhere.status_code] == [400, 400]
    assert nowhere.json()["error"]["param"] == "url"


def test_a_stand_in_with_a_key_refuses_every_other() -> None:
    with StandIn(key="sk_test_right") as standin:
        asked = {"base_addresses": {"api": standin.url}, "max_network_retries": 0}
        found = stripe.StripeClient("sk_test_right", **asked).v1.payment_intents.list()  # type: ignore[arg-type]

        with pytest.raises(stripe.AuthenticationError):
            stripe.StripeClient("sk_test_wrong", **asked).v1.charges.list()  # type: ignore[arg-type]

    assert found.data == []


def test_its_clock_may_be_off_and_its_objects_may_be_given(client: stripe.StripeClient, standin: StandIn) -> None:
    charge = a_charge()

    requests.post(f"{standin.url}/_standin/objects", {"object": json.dumps(charge)}, timeout=10)
    with StandIn(clock_ahead=3600) as ahead:
        date = requests.get(ahead.url, timeout=10).headers["Date"]

    assert client.v1.charges.retrieve(charge["id"]).amount == charge["amount"]
    assert 3500 < (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds() < 3700
