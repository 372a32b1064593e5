"""The stand-in gives money back as Stripe does, seen through Stripe's own library."""

import pytest
import stripe

from scripts.stripe_standin import StandIn
from tests.scripts.stripe_sessions import a_session
from tests.stripe_events import by_type


def a_paid_intent(standin: StandIn, client: stripe.StripeClient) -> str:
    """The payment intent of a session of 90.00 EUR that was paid."""
    events = standin.pay(a_session(client).id)
    intent: str = by_type(events, "payment_intent.succeeded")["data"]["object"]["id"]
    return intent


def test_refunds_are_made_in_parts_until_nothing_is_left(standin: StandIn, client: stripe.StripeClient) -> None:
    intent = a_paid_intent(standin, client)

    first = client.v1.refunds.create({"payment_intent": intent, "amount": 4_000})
    second = client.v1.refunds.create({"charge": str(first.charge)})

    assert (first.amount, first.status, first.payment_intent) == (4_000, "succeeded", intent)
    assert second.amount == 5_000
    charge = client.v1.charges.retrieve(str(first.charge))
    assert (charge.amount_refunded, charge.refunded) == (9_000, True)
    assert [each.id for each in client.v1.refunds.list({"charge": charge.id}).data] == [second.id, first.id]
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        client.v1.refunds.create({"payment_intent": intent})


def test_a_refund_of_more_than_is_left_is_refused(standin: StandIn, client: stripe.StripeClient) -> None:
    intent = a_paid_intent(standin, client)

    with pytest.raises(stripe.InvalidRequestError, match="what is left"):
        client.v1.refunds.create({"payment_intent": intent, "amount": 9_001})


def test_a_refund_sends_four_events_that_agree_with_the_api(standin: StandIn, client: stripe.StripeClient) -> None:
    made = client.v1.refunds.create({"payment_intent": a_paid_intent(standin, client), "amount": 4_000})

    told = client.v1.events.list({"limit": 4}).data

    assert sorted(event.type for event in told) == [
        "charge.refund.updated",
        "charge.refunded",
        "refund.created",
        "refund.updated",
    ]
    about = {event.type: event.to_dict()["data"]["object"] for event in told}
    assert about["refund.created"]["id"] == about["charge.refund.updated"]["id"] == made.id
    assert about["charge.refunded"]["amount_refunded"] == 4_000
    assert "refunds" not in about["charge.refunded"]


def test_a_refund_that_the_bank_sends_back_is_failed_and_can_be_made_anew(
    standin: StandIn, client: stripe.StripeClient
) -> None:
    made = client.v1.refunds.create({"payment_intent": a_paid_intent(standin, client), "amount": 4_000})

    events = standin.bounce(made.id)

    assert [event["type"] for event in events] == ["refund.failed", "refund.updated", "charge.refund.updated"]
    assert client.v1.refunds.retrieve(made.id).status == "failed"
    assert client.v1.charges.retrieve(str(made.charge)).amount_refunded == 0
