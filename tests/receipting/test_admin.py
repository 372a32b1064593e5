"""The front desk's list of receipts without an address."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notifications.models import Message
from payments_service.payments.models import Payment
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["payments/payment", "payments/checkout", "webhooks/stripeevent", "notifications/message"]
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
    "page", ["payments/payment", "payments/checkout", "webhooks/stripeevent", "notifications/message"]
)
def test_every_record_can_be_read_and_searched_but_not_added(front_desk: Client, page: str) -> None:
    builders.a_receipt()

    found = front_desk.get(f"/admin/{page}/", {"q": "pi_"})
    added = front_desk.get(f"/admin/{page}/add/")

    assert found.status_code == 200
    assert added.status_code == 403
