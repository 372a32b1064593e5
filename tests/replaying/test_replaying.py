"""Replaying redoes what is missing, nothing else, and nothing twice."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from notifications import delivery
from notifications.models import Message
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import services as receipting
from payments_service.replaying.models import Replay
from payments_service.replaying.steps import Do
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from receipts import filing
from receipts.models import Receipt
from tests import builders
from tests.builders import LONG_AGO, issue, keep, payment_of, take_in
from tests.replaying.journeys import (
    a_finished_payment,
    journey_of,
    letters,
    lose_file_of,
    replay,
    replay_all,
    states,
    the_payment,
    to_do,
)
from tests.stripe_events import (
    Payload,
    a_charge,
    a_thin_event,
    an_event,
    by_type,
    events_of_a_dispute,
    events_of_a_payment,
    events_of_a_refund,
)

pytestmark = pytest.mark.django_db(transaction=True)


def row(event: Payload) -> StripeEvent:
    """The row of an event."""
    return StripeEvent.objects.get(stripe_id=event["id"])


def let_rest(rows: models.QuerySet[Payment] | models.QuerySet[Receipt] | models.QuerySet[Movement]) -> None:
    """As after a failure: not due for an hour, and a word why."""
    rows.update(due_at=Now() + LONG_AGO * 6, last_error="stripe_503")


def test_a_finished_payment_needs_nothing_and_its_letter_is_not_sent_again() -> None:
    events, receipt = a_finished_payment()
    [message] = Message.objects.all()

    plans = [journey_of(event) for event in events]
    done = replay_all(events)

    assert (done, letters()) == ([], 1)
    assert [to_do(plan) for plan in plans] == [[]] * 4
    assert states(plans[0])["PDF"] == "in storage"
    assert states(plans[0])["email"].startswith("accepted by the provider for a•••@e•••.com at ")
    assert states(plans[0])["email"].endswith("won't be sent again")
    assert states(plans[3]) == {"event": "means nothing to us"}
    message.refresh_from_db()
    assert (message.state, message.about) == ("sent", receipt.number)


def test_a_lost_file_comes_back_to_the_byte_and_nobody_is_written_to() -> None:
    events, receipt = a_finished_payment()
    before = filing.read(receipt)
    lose_file_of(receipt)

    plan = journey_of(events[0])
    first, second = replay(events[0]), replay(events[0])

    assert to_do(plan) == [Do.RESTORE]
    assert "missing from storage" in states(plan)["PDF"]
    assert [outcome.said for outcome in first] == ["the file is back"]
    assert second == []
    with default_storage.open(receipt.pdf_key) as file:
        assert file.read() == before
    assert letters() == 1


def test_a_file_that_was_changed_is_put_right() -> None:
    events, receipt = a_finished_payment()
    with default_storage.open(receipt.pdf_key, "wb") as file:
        file.write(b"%PDF-1.7 something else")

    done = replay_all(events)

    assert done == [Do.RESTORE]
    assert states(journey_of(events[0]))["PDF"] == "in storage"


def test_a_file_that_comes_out_different_today_is_a_failure_that_says_so_and_stops_nothing_else() -> None:
    events, receipt = a_finished_payment()
    Message.objects.all().delete()
    Receipt.objects.update(pdf_sha256="0" * 64)

    restored, queued = replay(events[0])

    assert restored.failed
    assert receipt.number in restored.said
    assert (queued.failed, letters()) == (False, 1)


@pytest.mark.parametrize("state", ["failed", "given_up", "ignored"])
def test_an_event_that_was_not_handled_is_processed_now(state: str) -> None:
    event = an_event("charge.succeeded", a_charge())
    event_id = keep(event)
    StripeEvent.objects.update(state=state, due_at=None, last_error="resource_missing")

    first = replay(event)
    second = replay(event)
    processing.process(event_id, now=timezone.now())

    assert [outcome.step.do for outcome in first] == [Do.PROCESS]
    assert second == []
    assert row(event).state == "processed"
    assert Payment.objects.count() == 1


def test_a_processed_event_whose_payment_is_gone_is_processed_again() -> None:
    event = an_event("charge.succeeded", a_charge())
    take_in([event])
    Payment.objects.all().delete()

    done = replay_all([event])
    processing.process(row(event).pk, now=timezone.now())

    assert done == [Do.PROCESS]
    assert Payment.objects.count() == 1


def test_what_a_worker_has_in_hand_or_will_have_in_a_moment_is_left_to_it() -> None:
    event = an_event("charge.succeeded", a_charge())
    keep(event)

    received = journey_of(event)
    take_in([event])
    settling = journey_of(event)

    assert (to_do(received), states(received)["event"]) == ([], "under way")
    assert (to_do(settling), states(settling)["receipt"]) == ([], "under way")


def test_a_receipt_that_rests_after_a_failure_is_issued_now() -> None:
    events = events_of_a_payment()
    take_in(events)
    let_rest(Payment.objects.all())

    plan = journey_of(events[0])
    done = replay_all(events)
    receipt_id = receipting.issue(the_payment().pk, now=timezone.now())

    assert states(plan)["receipt"] == "rests: Stripe answered stripe_503"
    assert done == [Do.ISSUE]  # once for all of its events
    assert receipt_id is not None


def test_a_pdf_that_nobody_rendered_is_rendered_and_then_sent_once() -> None:
    events = events_of_a_payment()
    take_in(events)
    receipt = issue(payment_of(events))
    assert receipt is not None
    let_rest(Receipt.objects.all())

    plan = journey_of(events[0])
    done = replay_all(events)
    receipting.render(receipt.pk, now=timezone.now())

    assert states(plan)["email"] == "follows the PDF by itself"
    assert done == [Do.RENDER]
    assert letters() == 1


def test_a_first_letter_that_was_never_queued_is_queued_once() -> None:
    events, receipt = a_finished_payment()
    Message.objects.all().delete()

    plan = journey_of(events[2])
    done = replay_all([*events, *events])

    assert states(plan)["email"] == "never queued, for a•••@e•••.com"
    assert done == [Do.SEND_FIRST]
    assert [message.about for message in Message.objects.all()] == [receipt.number]


def test_a_receipt_without_an_address_is_left_to_the_front_desk() -> None:
    events, _ = a_finished_payment(email=None)

    plan = journey_of(events[0], reason="asked for at the desk")

    assert (to_do(plan), states(plan)["email"]) == ([], "needs an address (front desk)")


def test_a_letter_in_the_queue_is_not_hurried_as_a_worker_may_have_it() -> None:
    events, _ = a_finished_payment()
    Message.objects.update(state="queued", due_at=Now() + LONG_AGO)

    plan = journey_of(events[0], reason="asked for at the desk")

    assert (to_do(plan), states(plan)["email"]) == ([], "queued for a•••@e•••.com, goes out by itself")


@pytest.mark.parametrize("state", ["sent", "delivered", "bounced", "failed"])
def test_what_was_sent_goes_again_only_for_a_reason_which_is_kept_and_counts_once(state: str) -> None:
    events, receipt = a_finished_payment()
    Message.objects.update(state=state)

    without = replay_all(events)
    done = replay_all([*events, *events], reason="the patient's mailbox was full")
    other = replay_all(events, reason="the patient's mailbox was full again")

    assert without == []
    assert (done, letters()) == ([Do.SEND_AGAIN], 2)
    assert other == []  # the second letter is still in the queue
    kept = Replay.objects.get()
    assert (kept.document, kept.reason, kept.event) == (
        receipt.number,
        "the patient's mailbox was full",
        events[0]["id"],
    )
    assert (kept.door, kept.message) == ("command", Message.objects.latest("pk").pk)


def test_another_reason_is_another_letter() -> None:
    events, _ = a_finished_payment()

    replay_all(events, reason="lost by the insurer")
    delivery.deliver(Message.objects.latest("pk").pk)
    replay_all(events, reason="lost by the insurer once more")
    delivery.deliver(Message.objects.latest("pk").pk)
    again = replay_all(events, reason="lost by the insurer")

    assert again == []
    assert (letters(), Replay.objects.count()) == (3, 2)


def test_two_who_ask_for_the_same_reason_at_once_send_one_letter() -> None:
    events, _ = a_finished_payment()
    first, second = journey_of(events[0], reason="lost"), journey_of(events[1], reason="lost")

    outcomes = [replay(event, reason="lost") for event in events[:2]]

    assert to_do(first) == to_do(second) == [Do.SEND_AGAIN]
    assert [len(each) for each in outcomes] == [1, 0]
    assert letters() == 2


def test_a_refund_is_followed_to_its_own_document_and_letter() -> None:
    events, _ = a_finished_payment()
    told = events_of_a_refund(by_type(events, "charge.succeeded")["data"]["object"], amount=5_000)
    take_in(told)
    let_rest(Movement.objects.all())

    resting = journey_of(told[0])
    done = replay_all(told)
    [document] = builders.correct()
    builders.render(document)
    lose_file_of(Receipt.objects.get(pk=document.pk))
    lost = [to_do(journey_of(event)) for event in told]

    assert states(resting)["document"] == "rests: Stripe answered stripe_503"
    assert done == [Do.DOCUMENT]
    assert lost == [[Do.RESTORE]] * 4  # charge.refunded too, which speaks of payment and refund
    assert states(journey_of(told[1]))["receipt"] == "issued"


def test_a_dispute_without_a_verdict_has_nothing_to_document() -> None:
    events, _ = a_finished_payment()
    opened, *_ = events_of_a_dispute(by_type(events, "charge.succeeded")["data"]["object"], outcome="open")
    take_in([opened])

    plan = journey_of(opened)

    assert to_do(plan) == []
    assert states(plan) == {"event": "processed", "dispute": "needs_response"}


def test_a_document_that_no_machine_will_issue_is_left_to_a_person() -> None:
    events, _ = a_finished_payment()
    told = events_of_a_refund(by_type(events, "charge.succeeded")["data"]["object"], amount=5_000, currency="usd")
    take_in(told[:1])
    builders.correct()

    plan = journey_of(told[0])

    assert (to_do(plan), states(plan)["document"]) == (
        [],
        "needs a person: it can't be reckoned against the receipt: see to it by hand",
    )


def test_thin_events_are_followed_like_their_twins() -> None:
    events, receipt = a_finished_payment()
    thin = [a_thin_event(event) for event in events[:3]]
    for event in thin:
        keep(event)
    StripeEvent.objects.filter(object="v2.core.event").update(state="processed", due_at=None)
    lose_file_of(receipt)

    plans = [journey_of(event) for event in thin]

    assert [to_do(plan) for plan in plans] == [[Do.RESTORE]] * 3


def test_an_event_whose_body_handlers_cannot_read_still_has_its_first_step() -> None:
    event = an_event("charge.succeeded", {"object": "charge", "paid": True, "captured": True, "id": "ch_1"})
    keep(event)
    StripeEvent.objects.update(state="failed", last_error="KeyError", due_at=None)

    plan = journey_of(event)

    [step] = plan.steps
    assert step.do == Do.PROCESS
    assert step.state.startswith("failed: our program failed at it (KeyError); ")
