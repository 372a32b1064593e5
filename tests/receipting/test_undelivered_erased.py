"""Who was erased stands in no list, unless staff wrote to them afterwards and that came back: then it is said."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from notifications.models import Kind
from payments_service.payments.models import Payment
from payments_service.receipting import reasons, sending, undelivered
from receipts.models import Receipt
from tests.bookkeeping.staff import a_member_of_staff
from tests.privacy.treated import EMAIL, a_treated_patient, erase
from tests.receipting.desk import reported

pytestmark = pytest.mark.django_db(transaction=True)
LIST, ELSEWHERE = "/admin/receipting/undeliveredreceipt/", "right@patient.example"


def came_back(receipt: Receipt) -> None:
    """The newest email of it."""
    reported(receipt, Kind.BOUNCED, code="invalid")


def an_erased_patient() -> Receipt:
    """Their receipt, which had come back before they were erased."""
    _, receipt = a_treated_patient()
    came_back(receipt)
    erase(email=EMAIL)
    return receipt


def written_to_again(receipt: Receipt) -> Receipt:
    """The same once staff sent it all the same, and that came back too."""
    sending.send_again(receipt.number, to=EMAIL, occasion="asked")
    came_back(receipt)
    return receipt


def desk() -> Client:
    """Somebody who sees to what didn't arrive."""
    return a_member_of_staff("view_undeliveredreceipt", "change_undeliveredreceipt")


def text_of(answer: object) -> str:
    """What a page says."""
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_what_came_back_before_the_erasure_waits_for_nobody() -> None:
    receipt = an_erased_patient()

    page = text_of(desk().get(LIST))

    assert receipt.number not in page


def test_what_came_back_after_the_erasure_is_listed_and_says_that_their_data_were_erased() -> None:
    receipt = written_to_again(an_erased_patient())

    page = text_of(desk().get(LIST))

    assert receipt.number in page
    assert f"{reasons.BOUNCED['invalid']} {reasons.ERASED}" in page


def test_whoever_sends_it_once_more_is_told_and_the_payment_keeps_nothing() -> None:
    receipt = written_to_again(an_erased_patient())
    browser, path = desk(), f"{LIST}{receipt.pk}/change/"
    given = {"email": ELSEWHERE, "keep": "on", "send": "yes"}

    page = text_of(browser.get(path))
    asked = text_of(browser.post(path, given))
    browser.post(path, given | {"confirmed": ELSEWHERE})

    assert "the payment keeps no address any more" in page
    assert "data was erased: the letter holds them again" in asked
    assert "The payment keeps the address" not in asked
    assert Payment.objects.get().email == ""


def test_erased_once_more_it_waits_for_nobody() -> None:
    written_to_again(an_erased_patient())

    erase(email=EMAIL)

    assert not undelivered.waiting().exists()
