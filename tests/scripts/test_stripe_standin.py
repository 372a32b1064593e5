"""The stand-in plays Stripe well enough for Stripe's own library, which is what the service talks through."""

import pytest
import stripe

from scripts.stripe_standin import StandIn
from tests.scripts.stripe_sessions import LINE, SECRET, a_session
from tests.stripe_events import by_type, events_of_a_payment
from tests.stripe_events.receiver import Receiver


def test_a_new_session_is_open_and_unpaid_and_keeps_what_it_was_given(client: stripe.StripeClient) -> None:
    made = a_session(client)

    found = client.v1.checkout.sessions.retrieve(made.id)

    assert (found.status, found.payment_status, found.payment_intent) == ("open", "unpaid", None)
    assert (found.amount_total, found.currency) == (9000, "eur")
    assert (found.client_reference_id, found.metadata["checkout"]) == ("co_1", "co_1")  # type: ignore[index]
    assert found.id in str(found.url)


def test_line_items_come_back_as_they_were_sent(client: stripe.StripeClient) -> None:
    made = a_session(client)

    (line,) = client.v1.checkout.sessions.line_items.list(made.id, {"expand": ["data.taxes"]}).data

    assert (line.description, line.quantity, line.amount_total) == ("Visit", 2, 9000)
    assert line.taxes == []


def test_an_idempotency_key_makes_one_session_however_often_it_is_sent(client: stripe.StripeClient) -> None:
    first = a_session(client, idempotency_key="co_1")
    again = a_session(client, idempotency_key="co_1")

    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.checkout.sessions.create(
            {"mode": "payment", "line_items": [LINE], "success_url": "https://else.example/"},
            {"idempotency_key": "co_1"},
        )


def test_a_paid_session_is_found_by_its_payment_intent_with_its_charge(
    standin: StandIn, client: stripe.StripeClient
) -> None:
    made = a_session(client)

    standin.pay(made.id, email="ada@example.com", name="Ada Nowak", card=("mastercard", "4444"))

    paid = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.customer_details is not None
    assert paid.customer_details.email == "ada@example.com"
    intent = paid.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert (intent.amount_received, intent.metadata["checkout"]) == (9000, "co_1")
    card = client.v1.charges.retrieve(intent.latest_charge.id).payment_method_details.card  # type: ignore[union-attr]
    assert card is not None
    assert (card.brand, card.last4) == ("mastercard", "4444")
    alone = client.v1.payment_intents.retrieve(intent.id)
    assert alone.latest_charge == intent.latest_charge.id
    (found,) = client.v1.checkout.sessions.list({"payment_intent": intent.id}).data
    assert found.id == made.id


def test_a_payment_sends_four_events_that_agree_with_the_api(standin: StandIn, client: stripe.StripeClient) -> None:
    made = a_session(client)

    events = standin.pay(made.id)

    assert [event["type"] for event in events] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    session = by_type(events, "checkout.session.completed")["data"]["object"]
    assert charge["payment_intent"] == session["payment_intent"]
    assert charge["amount"] == session["amount_total"] == 9000
    assert charge["billing_details"]["email"] == session["customer_details"]["email"]
    listed = client.v1.events.list({"types": ["charge.succeeded", "charge.updated"]}).data
    assert [event.id for event in listed] == [events[3]["id"], events[0]["id"]]


def test_events_are_posted_signed_in_the_order_asked_for_and_doubled(
    standin: StandIn, client: stripe.StripeClient, receiver: Receiver
) -> None:
    events = standin.pay(a_session(client).id)

    deliveries = standin.deliver(events, order=[2, 0, 3, 1], times=2)

    assert [each.status for each in deliveries] == [200] * 8
    received = [event["id"] for event in receiver.events(SECRET)]
    assert received == [events[n]["id"] for n in (2, 0, 3, 1)] * 2


def test_a_delivery_that_nobody_answers_has_no_status(standin: StandIn) -> None:
    standin.webhook_url = "http://127.0.0.1:9/"

    (delivery,) = standin.deliver(events_of_a_payment()[:1])

    assert delivery.status is None


def test_what_is_not_there_is_refused_as_stripe_does(standin: StandIn, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.retrieve("pi_nobody")

    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: success_url"):
        client.v1.checkout.sessions.create({"mode": "payment", "line_items": [LINE]})


def test_a_session_is_paid_once(standin: StandIn, client: stripe.StripeClient) -> None:
    made = a_session(client)
    standin.pay(made.id)

    with pytest.raises(Exception, match="is complete, so it can't be paid"):
        standin.pay(made.id)


def test_a_live_key_makes_live_objects_and_events(standin: StandIn) -> None:
    live = stripe.StripeClient("sk_live_of_nobody", base_addresses={"api": standin.url})

    made = a_session(live)
    events = standin.pay(made.id)

    assert made.livemode
    assert made.id.startswith("cs_live_")
    assert all(event["livemode"] and event["data"]["object"]["livemode"] for event in events)


def test_events_are_listed_page_by_page_since_a_moment(standin: StandIn, client: stripe.StripeClient) -> None:
    first = standin.pay(a_session(client).id)
    second = standin.pay(a_session(client).id)

    page = client.v1.events.list({"created": {"gte": first[0]["created"]}, "limit": 3})
    listed = [event.id for event in page.auto_paging_iter()]
    later = client.v1.events.list({"created": {"gt": second[-1]["created"]}}).data

    sent = [event["id"] for event in first + second]
    assert [id for id in reversed(listed) if id in sent] == sent
    assert page.has_more
    assert later == []


def test_a_connected_accounts_session_is_its_own_and_its_events_name_it(
    standin: StandIn, client: stripe.StripeClient
) -> None:
    made = a_session(client, stripe_account="acct_1")
    ours = a_session(client)

    events = standin.pay(made.id)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    refunded = standin.refund(charge["id"], amount=1_000)
    plain = standin.pay(ours.id)

    assert {event.get("account") for event in events + refunded} == {"acct_1"}
    assert {event.get("account") for event in plain} == {None}
    theirs = client.v1.charges.retrieve(charge["id"], options={"stripe_account": "acct_1"})
    assert theirs.id == charge["id"]
    assert not [each.id for each in client.v1.events.list({"limit": 100}).data if "account" in each]
    assert charge["id"] not in [each.id for each in client.v1.charges.list().data]
    with pytest.raises(stripe.InvalidRequestError, match="No such charge"):
        client.v1.charges.retrieve(charge["id"])
