"""What Stripe says of somebody who was erased does its work first, and is forgotten with it."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Checkout, Movement
from payments_service.webhooks import forgetting, processing
from payments_service.webhooks.models import StripeEvent
from privacy.service import Busy
from scripts.stripe_standin import StandIn
from tests import builders
from tests.privacy.treated import MARKER, VISIT, a_checkout, a_treated_patient, erase, events_for, later, places
from tests.refusing import refusing
from tests.standin import let_stripe_know
from tests.stripe_events import Payload, by_type, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)

IN_THE_DOCUMENT = {"receipts_receipt.snapshot"}


def row(event: Payload) -> StripeEvent:
    """The row that an event was kept in."""
    return StripeEvent.objects.get(stripe_id=event["id"])


def again(event: Payload) -> None:
    """Let a worker have another try at an event that rests."""
    builders.hurry(StripeEvent.objects.filter(stripe_id=event["id"]))
    processing.process(row(event).pk, now=timezone.now())


def erased_and_refunded() -> tuple[Payload, Payload]:
    """`refund.created` and `charge.refunded` of a patient who was erased; the latter lists no refund."""
    events, _ = a_treated_patient()
    erase(visit=VISIT)
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    told = events_of_a_refund(charge, amount=5000)
    return by_type(told, "refund.created"), by_type(told, "charge.refunded")


def test_an_event_that_waits_for_another_one_keeps_its_text_until_it_is_done() -> None:
    created, refunded = erased_and_refunded()

    builders.take_in([refunded])
    waiting = row(refunded)
    builders.take_in([created])
    again(refunded)

    assert (waiting.state, waiting.last_error, waiting.purged_at) == ("failed", "refunds_not_told", None)
    assert row(refunded).state == "processed"
    assert row(refunded).purged_at
    assert places() == IN_THE_DOCUMENT


def test_an_event_that_means_nothing_keeps_nobody_from_being_erased() -> None:
    events, _ = a_treated_patient()
    told = by_type(events, "charge.succeeded") | {"id": "evt_more", "type": "charge.updated"}
    builders.keep(told)

    erase(visit=VISIT)

    assert row(told).state == "ignored"
    assert places() == IN_THE_DOCUMENT


def test_a_crash_after_the_work_leaves_the_text_to_the_next_attempt() -> None:
    events, _ = a_treated_patient()
    erase(visit=VISIT)
    late = by_type(events, "charge.succeeded") | {"id": "evt_late"}

    with refusing(StripeEvent, "UPDATE", when="NEW.state = 'processed'"), pytest.raises(DatabaseError):
        builders.take_in([late])
    after_the_crash = row(late)
    again(late)

    assert (after_the_crash.state, after_the_crash.purged_at) == ("failed", None)
    assert row(late).state == "processed"
    assert MARKER not in row(late).body


def test_an_event_whose_text_is_gone_is_done_by_what_stripe_says_now(stripe: StandIn) -> None:
    created, refunded = erased_and_refunded()
    let_stripe_know(stripe, [created, refunded])
    builders.keep(refunded)
    forgetting.forget([row(refunded)])

    again(refunded)

    assert row(refunded).state == "processed"
    assert json.loads(row(refunded).body)["related_object"]["id"] == refunded["data"]["object"]["id"]
    assert Movement.objects.get().stripe_id == created["data"]["object"]["id"]


def test_nobody_is_erased_while_their_visit_can_still_be_paid() -> None:
    expired = by_type(events_for(a_checkout()), "checkout.session.completed") | {"type": "checkout.session.expired"}
    session = expired["data"]["object"]
    session |= {"status": "expired", "payment_status": "unpaid"}
    Checkout.objects.update(status="open", stripe_session_id=session["id"])

    with pytest.raises(Busy, match=f"can still be paid, .* expire the session {session['id']}"):
        erase(visit=VISIT)
    builders.take_in([expired])
    erase(visit=VISIT)

    assert places() == set()


def test_who_pays_after_their_erasure_has_a_receipt_without_the_patient() -> None:
    events = events_for(a_checkout())
    Checkout.objects.update(status="open", created_at=later(hours=-25))
    erase(visit=VISIT)

    builders.take_in(events)
    receipt = builders.finish(builders.payment_of(events))

    assert receipt.snapshot["patient_name"] == ""
    assert [line["description"] for line in receipt.snapshot["lines"]] == ["Payment"]
    assert Message.objects.get().to == f"payer.{MARKER}@example.com"
