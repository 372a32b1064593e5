"""Connected accounts are looked into in their name; one that has gone stops no other."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from django.core.management.base import CommandError
from pytest_django import Settings
from responses.matchers import header_matcher

from payments_service.payments.models import Payment
from payments_service.receipting.profiles import Profile
from payments_service.reconciling.models import Run
from payments_service.webhooks.models import StripeEvent
from tests.builders import a_payment
from tests.reconciling.builders import HOUR, ago, process_all, reconcile
from tests.stripe_events import Payload, a_charge, an_event

pytestmark = pytest.mark.django_db
STRIPE = "https://api.stripe.test"
EVENTS = f"{STRIPE}/v1/events"
REFUSAL = {"error": {"type": "invalid_request_error", "code": "account_invalid", "message": "No access."}}


@pytest.fixture(autouse=True)
def _a_key(settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_visibly_fake", STRIPE


def accounts(*names: str) -> None:
    """Payments that came from these accounts."""
    for name in names:
        Payment.objects.filter(pk=a_payment().pk).update(account=name)
    StripeEvent.objects.all().delete()


def page(*events: Payload) -> dict[str, Any]:
    """A list of Stripe's with these and no more."""
    return {"object": "list", "url": "/v1/events", "has_more": False, "data": list(events)}


def an_event_of_now() -> Payload:
    """A charge that succeeded an hour ago."""
    return an_event("charge.succeeded", a_charge(created=ago(HOUR)), created=ago(HOUR))


@responses.activate
def test_an_event_of_a_connected_account_keeps_its_account() -> None:
    accounts("acct_north")
    event = an_event_of_now()
    responses.get(EVENTS, json=page(event), match=[header_matcher({"Stripe-Account": "acct_north"})])
    responses.get(EVENTS, json=page())

    reconcile("--since", "2d")
    process_all()

    assert StripeEvent.objects.get().account == "acct_north"
    assert Payment.objects.get(charge=event["data"]["object"]["id"]).account == "acct_north"


@responses.activate
def test_an_account_that_has_a_profile_is_looked_into_before_its_first_payment_is_known(settings: Settings) -> None:
    settings.CLINIC_PROFILES = {"acct_new": Profile(name="New Clinic")}
    event = an_event_of_now()
    responses.get(EVENTS, json=page(event), match=[header_matcher({"Stripe-Account": "acct_new"})])
    responses.get(EVENTS, json=page())

    reconcile("--since", "2d")

    assert StripeEvent.objects.get().account == "acct_new"


@responses.activate
def test_an_account_that_is_not_connected_any_more_is_named_and_the_others_are_compared() -> None:
    accounts("acct_gone", "acct_north")
    event = an_event_of_now()
    responses.get(EVENTS, json=REFUSAL, status=403, match=[header_matcher({"Stripe-Account": "acct_gone"})])
    responses.get(EVENTS, json=page(event), match=[header_matcher({"Stripe-Account": "acct_north"})])
    responses.get(EVENTS, json=page())

    with pytest.raises(CommandError, match="may not look into acct_gone"):
        reconcile("--since", "2d")

    assert StripeEvent.objects.get().stripe_id == event["id"]
    assert (Run.objects.get().state, Run.objects.get().refused) == ("done", ["acct_gone"])


@responses.activate
def test_a_key_that_is_refused_for_the_own_account_stops_the_run() -> None:
    responses.get(EVENTS, json={"error": {"type": "invalid_request_error", "message": "Bad key."}}, status=401)

    with pytest.raises(CommandError, match="stripe_refuses_our_key"):
        reconcile("--since", "2d")

    assert Run.objects.get().state == "open"
