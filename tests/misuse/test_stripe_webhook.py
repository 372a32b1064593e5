"""Thousands of spoiled posts at Stripe's door: each is kept once or refused, none breaks it, and none pays twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from payments_service.payments.models import Movement, Payment
from payments_service.receipting import services as receipting
from payments_service.webhooks import processing
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests import builders, spoiling
from tests.builders import payment_of, post_body, signed, take_in
from tests.spoiling import often, soon
from tests.stripe_events import body_of, events_of_a_payment, events_of_a_refund
from tests.stripe_events.thin import a_thin_event

pytestmark = pytest.mark.django_db

PAYMENT = events_of_a_payment()
CHARGE = next(event["data"]["object"] for event in PAYMENT if event["type"] == "charge.succeeded")
EVENTS = [*PAYMENT, *events_of_a_refund(CHARGE, amount=500), a_thin_event(PAYMENT[0])]
OTHER_SHAPE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, ValidationError, DatabaseError)
"""What an event crashes with whose object isn't one of Stripe's."""

client = Client(raise_request_exception=True)
some_event = st.sampled_from(EVENTS)


@st.composite
def headers(draw: st.DrawFn, good: str) -> str:
    """The header of a signature, with some of its characters changed, left out or put twice."""
    spoiled = draw(spoiling.mangled(good.encode()))
    return draw(
        st.sampled_from([spoiled.decode("latin-1"), good + "," + good, good.upper(), good.replace("t=", "t=-"), ""])
        | st.text(st.characters(max_codepoint=255), max_size=200)
    )


@often(2.5)
@given(data=st.data())
def test_a_spoiled_body_that_is_signed_is_kept_once_or_refused_and_processing_it_leaves_nothing_half_done(
    data: st.DataObject,
) -> None:
    event = data.draw(some_event)
    body = data.draw(spoiling.bodies(event, body_of(event)))

    with soon():
        answer = post_body(body, header=signed(body), client=client)

    assert answer.status_code in (200, 400, 413)
    assert answer.content == b""
    rows = StripeEvent.objects.filter(body=body.decode(errors="replace")) if answer.status_code == 200 else []
    for row in rows:
        process(row)


def process(row: StripeEvent) -> None:
    """Process a kept event; one that crashes rests, and nothing of it is recorded."""
    before = counts()
    try:
        with transaction.atomic():
            due = processing.process(row.pk, now=timezone.now())
    except OTHER_SHAPE:
        assert counts() == before
    else:
        if due.payment_id:
            issue(due.payment_id)


def issue(payment_id: int) -> None:
    """Issue the receipt that has become due, if what the event said of it can be printed."""
    try:
        with transaction.atomic():
            receipting.issue(payment_id, now=timezone.now())
    except OTHER_SHAPE:
        assert not Receipt.objects.filter(reference=Payment.objects.get(pk=payment_id).stripe_id).exists()


def counts() -> dict[str, int]:
    """How many rows of each kind there are."""
    return {model.__name__: model._default_manager.count() for model in (Payment, Movement, Receipt)}


@often(2.5)
@given(data=st.data())
def test_a_body_or_a_header_that_was_changed_after_it_was_signed_leaves_nothing(data: st.DataObject) -> None:
    event = data.draw(some_event)
    body = body_of(event)
    good = signed(body)
    changed: Any = data.draw(
        st.tuples(spoiling.bodies(event, body), st.just(good)) | st.tuples(st.just(body), headers(good))
    )

    with soon():
        answer = post_body(changed[0], header=changed[1], client=client)

    if answer.status_code == 200:  # the change was none, or one that means nothing: another `v0=`, say
        assert {row.body for row in StripeEvent.objects.all()} <= {body_of(each).decode() for each in EVENTS}
    else:
        assert answer.status_code in (400, 413)


@often(0.05)
@given(data=st.data())
def test_spoiled_twins_of_a_payments_events_never_bring_it_a_second_receipt(data: st.DataObject) -> None:
    events = events_of_a_payment()
    take_in(events)
    receipt = builders.issue(payment_of(events))
    assert receipt is not None

    for number in range(data.draw(st.integers(1, 4))):
        twin = data.draw(st.sampled_from(events)) | {"id": f"{events[0]['id']}_{number}"}
        body = spoiling.as_bytes(data.draw(spoiling.documents(twin)))
        if post_body(body, header=signed(body), client=client).status_code == 200:
            for row in StripeEvent.objects.filter(body=body.decode()):
                process(row)

    assert [each.number for each in Receipt.objects.filter(reference=receipt.reference)] == [receipt.number]
    assert payment_of(events).receipt_number == receipt.number
