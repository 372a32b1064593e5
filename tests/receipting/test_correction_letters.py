"""How the documents of refunds and disputes reach the patient: as a receipt does, in the patient's language."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import selectors
from receipts import money
from receipts.models import Receipt
from tests.builders import correct, finish, render, take_in
from tests.receipting.paid_visits import a_paid_visit, movement, refund, said_by
from tests.stripe_events import (
    LATER,
    a_checkout_session,
    an_event,
    events_of_a_dispute,
    events_of_a_failing_refund,
    refund_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
COMPLETED = "checkout.session.completed"


@pytest.mark.parametrize(
    ("locale", "subject", "sentence"),
    [
        ("en", "Your refund TEST-RF-", "We have refunded €50.00 to you."),
        ("de", "Ihre Erstattung TEST-RF-", "wir haben Ihnen 50,00 € erstattet."),
        ("pl", "Zwrot TEST-RF-", "zwróciliśmy Ci 50,00 €."),
        ("ar", "استردادك رقم TEST-RF-", "لقد أعدنا إليك"),
    ],
)
def test_the_letter_of_a_refund_speaks_the_patients_language(
    settings: Settings, locale: str, subject: str, sentence: str
) -> None:
    settings.CLINIC_LOCALE = locale
    _, charge = a_paid_visit(amount=12_000, email="ada@example.com")

    document = refund(charge, 5_000)
    letter = render(document)

    assert letter is not None
    assert (letter.to, letter.about, letter.language) == ("ada@example.com", document.number, locale)
    assert letter.subject.startswith(subject)
    assert sentence in letter.text.replace("\N{NO-BREAK SPACE}", " ")
    assert said_by(document).correction.receipt in letter.text
    assert money.format_amount(7_000, currency="EUR", locale=locale) in letter.text
    assert letter.attachments[0]["filename"] == f"{document.number}.pdf"
    assert "https://payments.clinic.example/r/" in letter.text


def test_the_letter_of_a_full_refund_says_that_all_goes_back() -> None:
    _, charge = a_paid_visit(amount=12_000, email="ada@example.com")

    letter = render(refund(charge, 12_000))

    assert letter is not None
    assert "With it all of the €120.00 that you paid goes back to you." in letter.text
    assert "€0.00" not in letter.text


def test_each_kind_of_document_has_a_letter_of_its_own() -> None:
    _, charge = a_paid_visit(amount=12_000, email="ada@example.com")
    first = refund(charge, 1_000)
    take_in(events_of_a_failing_refund({**refund_of(charge, amount=1_000), "id": movement().stripe_id}))
    (second,) = correct()
    lost = events_of_a_dispute(charge, outcome="lost")
    take_in(lost)
    (third,) = correct()
    take_in([an_event("charge.dispute.closed", lost[-1]["data"]["object"] | {"status": "won"}, created=LATER * 2)])
    (fourth,) = correct()

    letters = [render(document) for document in (first, second, third, fourth)]

    assert [letter.subject.split(":")[0] for letter in letters if letter][1:] == [
        "Your refund did not arrive",
        "A chargeback of your payment",
        "A chargeback taken back",
    ]
    assert letters[1] is not None
    assert "another way to pay you" in letters[1].text
    assert all(letter and "{" not in letter.text + letter.subject for letter in letters)


def test_a_refund_is_sent_once_its_receipt_too_and_both_are_on_record() -> None:
    payment, charge = a_paid_visit(email="ada@example.com")
    finish(payment)
    document = refund(charge, 5_000)

    render(document)
    again = render(document)

    assert again is None
    assert [message.about for message in Message.objects.order_by("pk")] == [
        receipt.number for receipt in selectors.documents_of(Payment.objects.get())
    ]


def test_without_an_address_they_wait_with_the_receipt_and_go_out_together_when_one_turns_up() -> None:
    payment, charge = a_paid_visit(email=None)
    receipt, document = Receipt.objects.get(), refund(charge, 5_000)
    render(receipt)
    render(document)
    before = Message.objects.count()

    late = a_checkout_session(payment_intent=payment.stripe_id, email="ada@example.com")
    take_in([an_event(COMPLETED, late), an_event(COMPLETED, late)])

    assert before == 0
    assert [message.about for message in Message.objects.order_by("pk")] == [receipt.number, document.number]


def test_an_address_from_staff_sends_the_refund_too(api_of_staff: Client) -> None:
    _, charge = a_paid_visit(email=None)
    receipt, document = Receipt.objects.get(), refund(charge, 5_000)
    render(receipt)
    render(document)

    answer = api_of_staff.post(
        f"/api/v1/receipts/{receipt.number}/send", {"to": "found@patient.example"}, content_type="application/json"
    )

    assert answer.status_code == 202
    assert {message.about for message in Message.objects.all()} == {receipt.number, document.number}
    assert {message.to for message in Message.objects.all()} == {"found@patient.example"}


@pytest.fixture
def api_of_staff() -> Client:
    """A caller with a token."""
    return Client(headers={"Authorization": "Bearer visibly-fake-token-1", "X-Forwarded-Proto": "https"})
