"""From a payment's page a document is sent again, there or elsewhere; and what is missing is redone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from notifications.models import Message
from payments_service.payments import forgetting
from payments_service.payments.models import Payment
from payments_service.replaying import forgetting as reasons
from payments_service.replaying.models import Replay
from receipts.models import Receipt
from tests import matrix
from tests.bookkeeping.staff import a_member_of_staff
from tests.builders import a_payment, a_receipt, hurry
from tests.staff.desk import signed_in

pytestmark = pytest.mark.django_db
PATIENT, ELSEWHERE = "ada@example.com", "insurer@example.com"
DESK = ("view_payment", "view_receipt", "view_message", "view_replay", "change_undeliveredreceipt")


def page() -> str:
    """The address of the only payment's page."""
    return f"/admin/payments/payment/{Payment.objects.get().pk}/change/"


def send(browser: Client, receipt: Receipt, **given: Any) -> str:
    """Fill in the form and press the button; what the page says then."""
    asked = {"document": receipt.number, "email": PATIENT, "reason": "she lost it"} | given
    return browser.post(page(), asked, follow=True).content.decode()


def sent_to(receipt: Receipt) -> list[str]:
    """Where its letters went, the oldest first."""
    return list(Message.objects.filter(about=receipt.number).order_by("pk").values_list("to", flat=True))


def test_a_document_goes_out_again_and_the_page_tells_who_asked_and_why() -> None:
    receipt = a_receipt(email=PATIENT)

    said = send(a_member_of_staff(*DESK), receipt)

    assert sent_to(receipt) == [PATIENT, PATIENT]
    assert f"desk had {receipt.number} sent again" in said
    assert "Reason: she lost it" in said


def test_the_front_desk_as_its_role_is_sees_who_asked_and_why_also_what_others_asked_for() -> None:
    receipt = a_receipt(email=PATIENT)
    send(a_member_of_staff(*DESK), receipt)

    said = signed_in(matrix.staff_with("Front desk")).get(page()).content.decode()

    assert f"desk had {receipt.number} sent again" in said
    assert "Reason: she lost it" in said


def test_a_reason_that_was_forgotten_is_said_to_be_so() -> None:
    receipt = a_receipt(email=PATIENT)
    send(a_member_of_staff(*DESK), receipt)
    reasons.forget([receipt.number])

    said = signed_in(matrix.staff_with("Front desk")).get(page()).content.decode()

    assert "The reason is forgotten by now" in said
    assert reasons.FORGOTTEN not in said


def test_pressing_twice_sends_once() -> None:
    receipt = a_receipt(email=PATIENT)
    browser = a_member_of_staff(*DESK)

    send(browser, receipt)
    said = send(browser, receipt)

    assert sent_to(receipt) == [PATIENT, PATIENT]
    assert "sent for this reason already" in said
    assert Replay.objects.count() == 1


def test_another_address_is_asked_about_before_anything_is_sent() -> None:
    receipt = a_receipt(email=PATIENT)
    browser = a_member_of_staff(*DESK)

    asked = send(browser, receipt, email=ELSEWHERE)
    before = sent_to(receipt)
    send(browser, receipt, email=ELSEWHERE, confirmed=ELSEWHERE)

    assert f"will go to <strong>{ELSEWHERE}</strong>, not to {PATIENT}" in asked
    assert f'name="confirmed" value="{ELSEWHERE}"' in asked
    assert before == [PATIENT]
    assert sent_to(receipt) == [PATIENT, ELSEWHERE]
    assert Payment.objects.get().email == PATIENT


def test_who_sends_to_an_erased_person_is_told_and_nothing_but_the_letter_keeps_the_address() -> None:
    receipt = a_receipt(email=PATIENT)
    browser = a_member_of_staff(*DESK)
    with transaction.atomic():
        forgetting.forget(Payment.objects.all())

    asked = send(browser, receipt, keep="on")
    send(browser, receipt, keep="on", confirmed=PATIENT)

    assert "data was erased: the letter holds them again" in asked
    assert "The payment keeps the address" not in asked
    assert sent_to(receipt) == [PATIENT, PATIENT]
    assert Payment.objects.get().email == ""


def test_confirming_one_address_confirms_no_other() -> None:
    receipt = a_receipt(email=PATIENT)

    send(a_member_of_staff(*DESK), receipt, email="wrong@example.com", confirmed=ELSEWHERE)

    assert sent_to(receipt) == [PATIENT]


def test_the_payment_keeps_an_address_where_that_is_asked_for() -> None:
    receipt = a_receipt(email=PATIENT)

    send(a_member_of_staff(*DESK), receipt, email=ELSEWHERE, confirmed=ELSEWHERE, keep="on")

    assert Payment.objects.get().email == ELSEWHERE


def test_one_reason_cannot_send_to_two_addresses() -> None:
    receipt = a_receipt(email=PATIENT)
    browser = a_member_of_staff(*DESK)

    send(browser, receipt)
    said = send(browser, receipt, email=ELSEWHERE, confirmed=ELSEWHERE)

    assert sent_to(receipt) == [PATIENT, PATIENT]
    assert "Give another reason" in said


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "not an address"}, "Enter a valid email address."),
        ({"reason": ""}, "This field is required."),
        ({"reason": "two\nlines"}, "Expected one line of text."),
        ({"document": "R-1999-000001"}, "Select a valid choice."),
    ],
)
def test_what_was_filled_in_wrong_is_said_and_nothing_is_sent(wrong: dict[str, str], says: str) -> None:
    receipt = a_receipt(email=PATIENT)

    said = send(a_member_of_staff(*DESK), receipt, **wrong)

    assert says in said
    assert sent_to(receipt) == [PATIENT]


def test_nobody_sends_without_the_right_to() -> None:
    receipt = a_receipt(email=PATIENT)
    browser = a_member_of_staff("view_payment", "view_receipt", "view_message")

    answer = browser.post(page(), {"document": receipt.number, "email": PATIENT, "reason": "she lost it"})

    assert answer.status_code == 403
    assert "Send a document again" not in browser.get(page()).content.decode()
    assert sent_to(receipt) == [PATIENT]


def test_what_is_missing_of_a_payment_is_planned_from_its_page_and_from_the_list() -> None:
    payment = a_payment(email=PATIENT)
    hurry(Payment.objects.all())
    browser = a_member_of_staff("view_payment", "view_stripeevent", "add_replay")

    offered = browser.get(page()).content.decode()
    planned = browser.post("/admin/payments/payment/", {"action": "replay", "_selected_action": payment.pk})

    assert "Show what is missing" in offered
    assert 'action="/admin/webhooks/stripeevent/"' in planned.content.decode()
    assert "issue the receipt" in planned.content.decode()
