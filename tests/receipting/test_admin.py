"""The front desk's list of receipts without an address."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notifications.models import Message
from payments_service.payments.models import Movement, Payment
from tests import builders
from tests.receipting.paid_visits import a_paid_visit, refund
from tests.stripe_events import by_type, events_of_a_dispute, events_of_a_payment, events_of_a_refund

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/receipting/unsentreceipt/"


@pytest.fixture
def front_desk() -> Client:
    """A browser with somebody of the staff signed in, over https."""
    User.objects.create_superuser("desk", password="visibly-fake")
    browser = Client(headers={"X-Forwarded-Proto": "https"})
    browser.login(username="desk", password="visibly-fake")
    return browser


def test_a_receipt_without_an_address_is_listed_and_sent_once_the_address_is_saved(front_desk: Client) -> None:
    receipt = builders.a_receipt(email=None)
    payment = Payment.objects.get(receipt_number=receipt.number)

    listed = front_desk.get(LIST).content.decode()
    saved = front_desk.post(f"{LIST}{payment.pk}/change/", {"email": "found@patient.example"})

    assert receipt.number in listed
    assert saved.status_code == 302
    assert [message.to for message in Message.objects.filter(about=receipt.number)] == ["found@patient.example"]
    assert receipt.number not in front_desk.get(LIST).content.decode()


def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(front_desk: Client) -> None:
    receipt = builders.a_receipt(email=None)
    payment = Payment.objects.get(receipt_number=receipt.number)

    refused = front_desk.post(f"{LIST}{payment.pk}/change/", {"email": "nobody"})

    assert refused.status_code == 200
    assert "valid email address" in refused.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "page",
    [
        "payments/payment",
        "payments/checkout",
        "payments/refund",
        "payments/dispute",
        "webhooks/stripeevent",
        "notifications/message",
    ],
)
def test_every_record_can_be_read_and_searched_but_not_added(front_desk: Client, page: str) -> None:
    builders.a_receipt()

    found = front_desk.get(f"/admin/{page}/", {"q": "pi_"})
    added = front_desk.get(f"/admin/{page}/add/")

    assert found.status_code == 200
    assert added.status_code == 403


def test_refunds_and_disputes_have_a_list_each_with_their_documents(front_desk: Client) -> None:
    payment, charge = a_paid_visit(amount=12_000)
    document = refund(charge, 5_000)
    lost = events_of_a_dispute(charge, outcome="lost", amount=7_000, id="dp_lost")
    builders.take_in(lost)

    refunds = front_desk.get("/admin/payments/refund/", {"q": payment.receipt_number}).content.decode()
    disputes = front_desk.get("/admin/payments/dispute/").content.decode()
    one = front_desk.get(f"/admin/payments/refund/{Movement.objects.get(kind='refund').pk}/change/")

    assert all(text in refunds for text in (document.number, "€50.00", payment.receipt_number))
    assert "dp_lost" not in refunds
    assert all(text in disputes for text in ("dp_lost", "€70.00", "lost"))
    assert document.reference not in disputes
    assert one.status_code == 200


def test_what_has_no_document_and_needs_a_person_stands_in_a_list_until_it_is_found(front_desk: Client) -> None:
    events = events_of_a_payment()
    told = events_of_a_refund(by_type(events, "charge.succeeded")["data"]["object"], amount=5_000)
    builders.take_in(told[:1])
    builders.correct()

    waiting = front_desk.get("/admin/receipting/stuckmovement/").content.decode()
    builders.take_in(events)
    afterwards = front_desk.get("/admin/receipting/stuckmovement/").content.decode()

    assert told[0]["data"]["object"]["id"] in waiting
    assert "payment_unknown" in waiting
    assert told[0]["data"]["object"]["id"] not in afterwards
