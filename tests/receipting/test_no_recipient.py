"""A receipt without an address is issued all the same, stands in a list, and goes out once when one turns up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import selectors, sending, services, undelivered
from payments_service.webhooks import processing
from receipts.models import Receipt
from tests.builders import a_receipt, finish, issue, keep, payment_of, render, take_in
from tests.stripe_events import Payload, a_checkout_session, an_event, by_type, events_of_a_payment
from tests.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
COMPLETED = "checkout.session.completed"
ROUNDS = 6


def an_unsent_receipt() -> tuple[Receipt, Payload]:
    """A rendered receipt without an address, and a later event that brings one."""
    receipt = a_receipt(email=None)
    return receipt, an_event(COMPLETED, a_checkout_session(payment_intent=receipt.reference, email="ada@example.com"))


def unsent() -> list[str]:
    """The receipts that need a person, by number."""
    return [receipt.number for receipt in undelivered.waiting()]


def test_it_is_issued_and_rendered_and_not_sent_and_listed() -> None:
    receipt, _ = an_unsent_receipt()

    listed = unsent()

    assert listed == [receipt.number]
    assert receipt.pdf_sha256 != ""
    assert not Message.objects.exists()
    assert selectors.delivery_of(receipt).status == "needs_recipient"


def test_a_later_event_with_an_address_sends_it_exactly_once() -> None:
    receipt, event = an_unsent_receipt()

    due = processing.process(keep(event), now=timezone.now())
    again = processing.process(keep(event | {"id": "evt_another"}), now=timezone.now())

    message = Message.objects.get()
    assert (message.pk, message.to, message.about) == (due.message_ids[0], "ada@example.com", receipt.number)
    assert again.message_ids == ()
    assert unsent() == []


def test_an_address_that_comes_before_the_pdf_is_used_when_the_pdf_is_there() -> None:
    events = events_of_a_payment(email=None)
    take_in(events)
    receipt = issue(payment_of(events))
    assert receipt is not None

    take_in([an_event(COMPLETED, a_checkout_session(payment_intent=receipt.reference, email="ada@example.com"))])
    before = Message.objects.count()
    message = render(receipt)

    assert before == 0
    assert message is not None
    assert message.to == "ada@example.com"


@pytest.mark.parametrize("round", range(ROUNDS))
def test_an_address_and_a_pdf_that_come_at_the_same_moment_make_one_email(round: int) -> None:
    events = events_of_a_payment(email=None)
    take_in(events)
    receipt = issue(payment_of(events))
    assert receipt is not None
    late = an_event(COMPLETED, a_checkout_session(payment_intent=receipt.reference, email="ada@example.com"))
    event_id, start = keep(late), Barrier(2)

    def address() -> None:
        start.wait()
        processing.process(event_id, now=timezone.now())

    def pdf() -> None:
        start.wait()
        services.render(receipt.pk, now=timezone.now())

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(in_thread, [address, pdf]))

    assert Message.objects.get().to == "ada@example.com"
    assert unsent() == []


def test_a_member_of_staff_who_names_an_address_sends_it_and_a_later_event_does_not_repeat_it() -> None:
    receipt, event = an_unsent_receipt()

    sending.send_again(receipt.number, to="ada@clinic.example", occasion="asked:1")
    due = processing.process(keep(event), now=timezone.now())

    assert due.message_ids == ()
    assert [message.to for message in Message.objects.all()] == ["ada@clinic.example"]
    assert unsent() == []


def test_an_address_from_staff_outlives_events_that_bring_none() -> None:
    receipt, _ = an_unsent_receipt()
    sending.send_again(receipt.number, to="ada@clinic.example", occasion="asked:1")

    take_in([an_event(COMPLETED, a_checkout_session(payment_intent=receipt.reference, email=None))])
    sending.send_again(receipt.number, to="", occasion="asked:2")

    assert [message.to for message in Message.objects.all()] == ["ada@clinic.example"] * 2


@pytest.mark.parametrize("address", ["not an address", "ada@", "ada@example.com\nBcc: eve@example.com", "@example.com"])
def test_an_address_that_cannot_be_one_is_no_address(address: str) -> None:
    receipt = a_receipt(email=address)

    listed = unsent()

    assert listed == [receipt.number]
    assert not Message.objects.exists()


def test_a_receipt_with_an_address_is_sent_and_not_listed() -> None:
    events = events_of_a_payment(email="ada@example.com")
    take_in(events)

    receipt = finish(payment_of(events))

    message = Message.objects.get()
    assert (message.state, message.to, message.about) == ("sent", "ada@example.com", receipt.number)
    assert message.attachments[0]["filename"] == f"{receipt.number}.pdf"
    assert unsent() == []


def test_the_session_knows_best_where_the_receipt_goes() -> None:
    events = events_of_a_payment(email="session@example.com")
    by_type(events, "charge.succeeded")["data"]["object"]["billing_details"]["email"] = "charge@example.com"

    take_in(events)

    assert Payment.objects.get().email == "session@example.com"
