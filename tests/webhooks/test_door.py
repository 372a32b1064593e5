"""What Stripe signed is kept once, exactly as it came, and answered with an empty 200."""

from __future__ import annotations

import json
import time

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from payments_service.payments.models import Payment
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from tests.builders import PREVIOUS_SECRET, SECRET, keep, post, post_body, signed, take_in
from tests.stripe_events import a_charge, an_event, an_id, body_of, signature_header

pytestmark = pytest.mark.django_db(transaction=True)
THIN = {
    "id": "evt_thin_1",
    "object": "v2.core.event",
    "type": "v1.billing.meter.error_report_triggered",
    "livemode": False,
    "created": "2026-11-22T10:00:00.000Z",
    "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
}


@pytest.mark.parametrize("path", ["/webhooks/stripe/", "/webhooks/stripe"])
def test_an_event_is_kept_as_it_came_with_or_without_the_last_slash(path: str) -> None:
    event = an_event("charge.succeeded", a_charge(name="Łucja Zoë"), livemode=True)
    body = body_of(event)

    response = post_body(body, header=signed(body), path=path)

    assert (response.status_code, response.content) == (200, b"")
    row = StripeEvent.objects.get()
    assert (row.stripe_id, row.type, row.livemode) == (event["id"], "charge.succeeded", True)
    assert row.body.encode() == body


def test_neither_login_nor_csrf_nor_the_way_to_https_stands_before_the_door() -> None:
    stranger = Client(enforce_csrf_checks=True)
    event = an_event("charge.succeeded", a_charge())

    response = post(event, client=stranger)
    elsewhere = stranger.get("/api/v1/payments?payment_intent=pi_1")

    assert configured.SECURE_SSL_REDIRECT is True
    assert elsewhere.status_code == 301
    assert (response.status_code, response.content) == (200, b"")
    assert not response.cookies


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS_SECRET])
def test_while_a_secret_is_rolled_both_are_taken(secret: str) -> None:
    event = an_event("charge.succeeded", a_charge())

    response = post(event, secret=secret)

    assert response.status_code == 200
    assert StripeEvent.objects.count() == 1


def test_a_header_with_the_signatures_of_two_secrets_needs_only_one_that_we_know() -> None:
    body = body_of(an_event("charge.succeeded", a_charge()))

    response = post_body(body, header=signed(body, secret=["whsec_unknown", SECRET]))

    assert response.status_code == 200
    assert StripeEvent.objects.count() == 1


def test_a_repeat_is_answered_alike_and_changes_nothing() -> None:
    event = an_event("charge.succeeded", a_charge())
    post(event)
    before = StripeEvent.objects.values().get()

    response = post(event)
    take_in([event])
    settled = StripeEvent.objects.values().get()
    later = post(event)

    assert (response.status_code, later.status_code, later.content) == (200, 200, b"")
    assert settled["body"] == before["body"]
    assert settled["state"] == "processed"
    assert StripeEvent.objects.values().get() == settled


def test_a_repeat_with_another_body_changes_nothing_either() -> None:
    event = an_event("charge.succeeded", a_charge())
    post(event)
    before = StripeEvent.objects.values().get()

    response = post(event | {"pending_webhooks": 7})

    assert response.status_code == 200
    assert StripeEvent.objects.values().get() == before


@pytest.mark.parametrize("kind", ["charge.updated", "payment_intent.created", "invoice.paid", "a.type.of.the.future"])
def test_a_type_that_nobody_uses_is_kept_and_marked_as_ignored(kind: str) -> None:
    event = an_event(kind, a_charge())

    response = post(event)
    take_in([event])

    assert response.status_code == 200
    row = StripeEvent.objects.get()
    assert (row.type, row.state, row.due_at) == (kind, "ignored", None)
    assert not Payment.objects.exists()


def test_a_thin_event_is_kept_and_ignored() -> None:
    body = json.dumps(THIN).encode()

    response = post_body(body, header=signed(body))
    processing.process(StripeEvent.objects.get().pk, now=StripeEvent.objects.get().received_at)

    assert response.status_code == 200
    row = StripeEvent.objects.get()
    assert (row.object, row.state) == ("v2.core.event", "ignored")
    assert row.created.isoformat() == "2026-11-22T10:00:00+00:00"


def test_events_of_a_connected_account_keep_its_id() -> None:
    account = an_id("acct")
    event = an_event("charge.succeeded", a_charge()) | {"account": account}

    take_in([event])

    assert StripeEvent.objects.get().account == account
    assert Payment.objects.get().account == account


def test_the_age_of_a_post_counts_from_the_signature_and_not_from_the_event(settings: Settings) -> None:
    event = an_event("charge.succeeded", a_charge(), created=1_600_000_000)
    body = body_of(event)

    response = post_body(
        body, header=signature_header(body, secret=settings.STRIPE_WEBHOOK_SECRETS, timestamp=int(time.time()))
    )

    assert response.status_code == 200
    assert keep(event) == StripeEvent.objects.get().pk
