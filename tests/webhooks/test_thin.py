"""A thin event names its object: it is fetched, and then all is as if a snapshot had come."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from payments_service.payments.models import Movement, Payment
from payments_service.webhooks import handlers, processing, thin
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from scripts.embedded import free_port
from scripts.stripe_standin import StandIn
from tests import builders, processes
from tests.builders import correct, hurry, issue, keep, post, take_in
from tests.standin import API_KEY, let_stripe_know
from tests.stripe_events import (
    Payload,
    a_charge,
    a_payment_intent,
    a_thin_event,
    an_event,
    by_type,
    events_of_a_dispute,
    events_of_a_payment,
    events_of_a_refund,
)

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = "acct_1Clinic2"


def row(event: Payload) -> StripeEvent:
    """The row that an event was kept in."""
    return StripeEvent.objects.get(stripe_id=event["id"])


def process(event: Payload) -> handlers.Due:
    """Keep an event if it is new, and let a worker process it now, resting or not."""
    event_id = keep(event)
    hurry(StripeEvent.objects.filter(pk=event_id))
    return processing.process(event_id, now=timezone.now())


def paid(stripe: StandIn) -> tuple[Payload, ...]:
    """The charge's, payment intent's and session's events of a payment that Stripe knows."""
    events = events_of_a_payment()
    let_stripe_know(stripe, events)
    charge, intent, session, _ = events
    return charge, intent, session


@pytest.mark.parametrize("which", [0, 1, 2], ids=["charge", "payment intent", "session"])
def test_a_thin_event_alone_becomes_a_payment_with_its_receipt(stripe: StandIn, which: int) -> None:
    event = paid(stripe)[which]

    response = post(a_thin_event(event))
    due = processing.process(StripeEvent.objects.get().pk, now=timezone.now())
    receipt = issue(Payment.objects.get())

    assert response.status_code == 200
    assert (StripeEvent.objects.get().state, due.payment_id) == ("processed", Payment.objects.get().pk)
    assert receipt is not None
    assert (receipt.amount, receipt.snapshot["method"]["last4"]) == (12_000, "4242")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_thin_and_snapshot_events_of_one_payment_in_any_order_and_doubled_are_one(
    stripe: StandIn, order: tuple[int, ...]
) -> None:
    charge, intent, _ = paid(stripe)
    events = [charge, a_thin_event(charge), intent, a_thin_event(intent)]

    take_in(events[n] for n in (*order, *order))
    payment = Payment.objects.get()
    first, again = issue(payment), issue(payment)

    assert first is not None
    assert (again, Receipt.objects.count()) == (None, 1)
    assert (payment.amount, payment.charge) == (12_000, charge["data"]["object"]["id"])
    assert set(StripeEvent.objects.values_list("state", flat=True)) == {"processed"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["snapshot first", "thin first"])
def test_a_refund_told_in_both_styles_has_one_document(stripe: StandIn, order: tuple[int, int]) -> None:
    charge, *_ = paid(stripe)
    take_in([charge])
    issue(Payment.objects.get())
    told = by_type(events_of_a_refund(charge["data"]["object"], amount=5_000), "refund.created")
    let_stripe_know(stripe, [told])
    both = [told, a_thin_event(told)]

    take_in(both[n] for n in (*order, *order))
    documents = correct()

    assert [each.amount for each in documents] == [-5_000]
    assert Movement.objects.get().returned == 5_000


def test_a_refunded_charge_that_is_thin_has_its_refunds_looked_up(stripe: StandIn) -> None:
    charge, *_ = paid(stripe)
    told = by_type(stripe.refund(charge["data"]["object"]["id"], amount=3_000), "charge.refunded")

    due = process(a_thin_event(told))

    assert due.payment_id == Payment.objects.get().pk
    assert (Movement.objects.get().returned, due.movement_ids) == (3_000, (Movement.objects.get().pk,))


def test_a_dispute_counts_as_it_stands_when_it_is_fetched_not_as_it_was_when_the_event_was_made(
    stripe: StandIn,
) -> None:
    charge, *_ = paid(stripe)
    opened, *_, closed = events_of_a_dispute(charge["data"]["object"], outcome="lost")
    let_stripe_know(stripe, [closed])

    take_in([a_thin_event(opened), opened])

    assert (Movement.objects.get().status, Movement.objects.get().returned) == ("lost", 12_000)


def test_an_event_of_a_connected_account_is_fetched_in_its_name(stripe: StandIn) -> None:
    charge, *_ = paid(stripe)
    through_a_platform = a_thin_event(charge, context=f"acct_1Platform/{ELSEWHERE}")

    process(through_a_platform)

    assert row(through_a_platform).account == ELSEWHERE
    assert Payment.objects.get().account == ELSEWHERE
    assert [call["headers"].get("stripe-account") for call in stripe.requests] == [ELSEWHERE]


@pytest.mark.parametrize(
    ("context", "account"),
    [
        (None, ""),
        ("", ""),
        ("acct_1A", "acct_1A"),
        ("acct_1P/acct_1A", "acct_1A"),
        ("acct_0/acct_1P/acct_1A", "acct_1A"),
    ],
)
def test_the_account_is_where_the_context_leads(context: str | None, account: str) -> None:
    event = a_thin_event(an_event("charge.succeeded", a_charge())) | {"context": context}

    keep(event)

    assert row(event).account == account


def test_stripe_away_costs_time_and_nothing_else(stripe: StandIn) -> None:
    charge, *_ = paid(stripe)
    event = a_thin_event(charge)
    stripe.fail(status=503, times=2)  # the library tries twice

    process(event)
    resting = row(event)
    due = process(event)

    assert (resting.state, resting.last_error) == ("failed", "stripe_503")
    assert resting.due_at is not None
    assert row(event).state == "processed"
    assert due.payment_id == Payment.objects.get().pk


def test_without_a_key_it_waits_and_the_admin_says_what_to_set(
    stripe: StandIn, settings: Settings, admin_client: Client
) -> None:
    charge, *_ = paid(stripe)
    event = a_thin_event(charge)
    settings.STRIPE_API_KEY = ""

    process(event)
    waiting = row(event)
    listed = admin_client.get("/admin/webhooks/stripeevent/", headers={"X-Forwarded-Proto": "https"}).content.decode()
    settings.STRIPE_API_KEY = API_KEY
    process(event)

    assert (waiting.state, waiting.last_error) == ("failed", "no_stripe_api_key")
    assert waiting.due_at is not None
    assert "set STRIPE_API_KEY" in listed
    assert row(event).state == "processed"


def test_an_object_that_stripe_does_not_know_is_given_up_until_the_event_is_sent_again(stripe: StandIn) -> None:
    charge = an_event("charge.succeeded", a_charge())
    event = a_thin_event(charge)

    process(event)
    given_up = row(event)
    untouched = processing.process(given_up.pk, now=timezone.now())
    let_stripe_know(stripe, [charge])
    resent = post(event)
    processing.process(given_up.pk, now=timezone.now())

    assert (given_up.state, given_up.last_error, given_up.due_at) == ("given_up", "resource_missing", None)
    assert untouched == handlers.NOTHING
    assert (resent.status_code, row(event).state) == (200, "processed")


@pytest.mark.parametrize(
    "named",
    [
        None,
        {},
        "ch_1",
        {"type": "charge", "id": "../v1/customers", "url": "/v1/charges/ch_1"},
        {"type": "charge", "id": "ch_1/refunds", "url": "/v1/charges/ch_1"},
        {"type": "charge", "id": 7, "url": "/v1/charges/ch_1"},
        {"type": "charge", "id": "", "url": "/v1/charges/ch_1"},
        {"type": "customer", "id": "cus_1", "url": "/v1/customers/cus_1"},
        {"type": ["charge"], "id": "ch_1", "url": "/v1/charges/ch_1"},
    ],
)
def test_only_an_id_of_a_known_kind_is_ever_asked_for(stripe: StandIn, named: object) -> None:
    event = a_thin_event(an_event("charge.succeeded", a_charge()), related_object=named)

    process(event)

    assert (row(event).state, row(event).last_error) == ("given_up", "no_related_object")
    assert stripe.requests == []


def test_the_address_in_an_event_is_never_followed(stripe: StandIn) -> None:
    charge, *_ = paid(stripe)
    id = charge["data"]["object"]["id"]
    elsewhere = {"type": "charge", "id": id, "url": "http://169.254.169.254/latest/meta-data/"}

    process(a_thin_event(charge, related_object=elsewhere))

    assert [call["path"] for call in stripe.requests] == [f"/v1/charges/{id}"]
    assert Payment.objects.exists()


@pytest.mark.parametrize("kind", ["v1.customer.created", "v2.core.account.closed", "charge.succeeded", "v1."])
def test_thin_events_that_mean_nothing_to_us_are_kept_and_ignored_and_nothing_is_fetched(
    stripe: StandIn, kind: str
) -> None:
    event = a_thin_event(an_event("charge.succeeded", a_charge()), type=kind)

    process(event)

    assert (row(event).state, stripe.requests) == ("ignored", [])


def test_a_snapshot_that_calls_itself_by_a_thin_name_means_nothing(stripe: StandIn) -> None:
    event = an_event("v1.charge.succeeded", a_charge())

    process(event)

    assert row(event).state == "ignored"


def test_a_payment_intent_that_has_not_succeeded_by_now_makes_no_payment(stripe: StandIn) -> None:
    event = an_event("payment_intent.succeeded", a_payment_intent(status="processing"))
    let_stripe_know(stripe, [event])

    process(a_thin_event(event))

    assert not Payment.objects.exists()


def test_every_type_that_handlers_know_is_about_an_object_that_can_be_fetched() -> None:
    kinds = {"charge", "checkout.session", "dispute", "payment_intent", "refund"}

    fetchable = set(thin.FETCH)

    assert fetchable == kinds
    assert {kind.split(".")[0] for kind in handlers.HANDLERS} <= {"charge", "checkout", "payment_intent", "refund"}


def test_through_web_and_worker_a_thin_event_is_a_receipt(tmp_path: Path) -> None:
    port = free_port()
    with StandIn(webhook_url=f"http://127.0.0.1:{port}/webhooks/stripe/", secret=builders.SECRET) as stripe:
        events = events_of_a_payment()
        let_stripe_know(stripe, events)
        env = {"STRIPE_API_KEY": API_KEY, "STRIPE_API_BASE": stripe.url, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        with processes.web(tmp_path / "web.log", port=port, **env), processes.worker(tmp_path / "worker.log", **env):
            posts = stripe.deliver(events[:3], times=2, thin=True) + stripe.deliver(events)
            processes.eventually(
                lambda: Receipt.objects.exclude(pdf_key="").exists(), why=(tmp_path / "worker.log").read_text
            )

    assert [each.status for each in posts] == [200] * 10
    assert (Receipt.objects.count(), Payment.objects.count()) == (1, 1)
