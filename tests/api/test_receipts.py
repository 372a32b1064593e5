"""Receipts over the API: what was issued, the very bytes that were filed, and sending them where they are wanted."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client

from notifications import delivery
from notifications.models import Message
from payments_service.receipting import undelivered
from receipts.models import Receipt
from tests.builders import a_payment, a_receipt, issue, render, take_in
from tests.receipting.paid_visits import a_paid_visit, refund
from tests.stripe_events import (
    an_event,
    events_of_a_dispute,
    events_of_a_failing_refund,
    events_of_a_refund,
    refund_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def send(api: Client, receipt: Receipt, body: dict[str, Any] | None = None, *, key: str | None = None) -> Any:
    """Ask for a receipt to be sent."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.post(
        f"/api/v1/receipts/{receipt.number}/send", body or {}, content_type="application/json", headers=headers
    )


def addresses() -> list[str]:
    """Where letters went or will go, in the order of asking."""
    return list(Message.objects.order_by("pk").values_list("to", flat=True))


def test_the_receipt_of_a_payment_is_described_with_its_delivery(api: Client) -> None:
    receipt = a_receipt(email="ada@example.com")
    delivery.deliver(Message.objects.get().pk)

    (found,) = api.get(f"/api/v1/receipts?payment_intent={receipt.reference}").json()

    issued_at = found.pop("issued_at")
    assert issued_at[:19] == receipt.issued_at.isoformat()[:19]
    assert found == {
        "account": "",
        "number": receipt.number,
        "kind": "receipt",
        "corrects": "",
        "amount": 12_000,
        "currency": "eur",
        "status": "rendered",
        "sha256": receipt.pdf_sha256,
        "pdf": f"https://payments.clinic.example/api/v1/receipts/{receipt.number}.pdf",
        "delivery": "sent",
        "delivery_code": "",
    }


def test_a_receipt_without_its_pdf_has_no_link_yet(api: Client) -> None:
    payment = a_payment()
    receipt = issue(payment)
    assert receipt is not None

    (found,) = api.get(f"/api/v1/receipts?payment_intent={payment.stripe_id}").json()
    pdf = api.get(f"/api/v1/receipts/{receipt.number}.pdf")
    sending = send(api, receipt)

    assert (found["status"], found["pdf"], found["sha256"], found["delivery"]) == ("issued", "", "", "waiting")
    assert pdf.status_code == 404
    assert sending.status_code == 409
    assert addresses() == []


def test_an_unknown_payment_has_no_receipts(api: Client) -> None:
    response = api.get("/api/v1/receipts?payment_intent=pi_unknown")

    assert (response.status_code, response.json()) == (200, [])


def test_the_pdf_is_the_file_on_record(api: Client) -> None:
    receipt = a_receipt()

    response = api.get(f"/api/v1/receipts/{receipt.number}.pdf")

    assert response.status_code == 200
    assert hashlib.sha256(response.content).hexdigest() == receipt.pdf_sha256
    assert response["Content-Type"] == "application/pdf"
    assert receipt.number in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("number", ["R-2026-999999", "..%2F..%2Fetc%2Fpasswd", "r'--"])
def test_a_pdf_that_does_not_exist_is_not_found(api: Client, number: str) -> None:
    response = api.get(f"/api/v1/receipts/{number}.pdf")

    assert response.status_code == 404


@pytest.mark.parametrize("path", ["receipts/%00.pdf", "receipts?payment_intent=%00", "payments?payment_intent=a%20b"])
def test_an_id_that_cannot_be_one_is_named(api: Client, path: str) -> None:
    response = api.get(f"/api/v1/{path}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] in {"number", "payment_intent"}


def test_it_can_be_sent_again_to_the_same_and_to_another_address_and_each_is_on_record(api: Client) -> None:
    receipt = a_receipt(email="ada@example.com")

    same, other = send(api, receipt), send(api, receipt, {"to": "insurer@example.com"})

    assert (same.status_code, other.status_code) == (202, 202)
    assert addresses() == ["ada@example.com", "ada@example.com", "insurer@example.com"]
    assert other.json() == {"message": Message.objects.get(to="insurer@example.com").pk}
    assert set(Message.objects.values_list("about", flat=True)) == {receipt.number}
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_a_key_makes_asking_twice_send_once(api: Client) -> None:
    receipt = a_receipt(email="ada@example.com")

    first = send(api, receipt, {"to": "insurer@example.com"}, key="desk-1")
    again = send(api, receipt, {"to": "insurer@example.com"}, key="desk-1")

    assert first.json() == again.json()
    assert addresses() == ["ada@example.com", "insurer@example.com"]


def test_an_address_from_staff_sends_what_had_nobody_to_go_to(api: Client) -> None:
    receipt = a_receipt(email=None)
    nowhere = send(api, receipt)

    sent = send(api, receipt, {"to": "ada@example.com"})

    assert nowhere.status_code == 422
    assert nowhere.json()["errors"][0]["field"] == "to"
    assert sent.status_code == 202
    assert addresses() == ["ada@example.com"]
    assert not undelivered.waiting().exists()


@pytest.mark.parametrize("address", ["", "ada", "ada@example.com, eve@example.com", "a@b\r\nBcc: eve@example.com"])
def test_an_address_that_cannot_be_one_is_refused_by_name(api: Client, address: str) -> None:
    receipt = a_receipt(email=None)

    response = send(api, receipt, {"to": address})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "to"
    assert addresses() == []


def test_an_unknown_receipt_cannot_be_sent(api: Client) -> None:
    response = api.post("/api/v1/receipts/R-2026-999999/send", {}, content_type="application/json")

    assert response.status_code == 404
    assert response.json()["errors"][0]["field"] == "number"


def test_an_unknown_field_is_refused(api: Client) -> None:
    receipt = a_receipt(email="ada@example.com")

    response = send(api, receipt, {"too": "insurer@example.com"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "too"
    assert addresses() == ["ada@example.com"]


# --- What went back


def test_the_documents_of_a_payment_are_listed_in_order_with_their_kind_and_what_they_correct(api: Client) -> None:
    payment, charge = a_paid_visit(amount=12_000)
    first, second = refund(charge, 5_000), refund(charge, 1_000)

    found = api.get(f"/api/v1/receipts?payment_intent={payment.stripe_id}").json()
    by_charge = api.get(f"/api/v1/receipts?payment_intent={first.reference}").json()

    assert [(each["number"], each["kind"], each["corrects"], each["amount"]) for each in found] == [
        (payment.receipt_number, "receipt", "", 12_000),
        (first.number, "refund", payment.receipt_number, -5_000),
        (second.number, "refund", payment.receipt_number, -1_000),
    ]
    assert by_charge == []


def test_the_pdf_of_a_refund_is_opened_and_sent_again_like_a_receipts(api: Client) -> None:
    _, charge = a_paid_visit(email="ada@example.com")
    document = refund(charge, 5_000)
    render(document)

    pdf = api.get(f"/api/v1/receipts/{document.number}.pdf")
    sent = send(api, document, {"to": "insurer@example.com"})

    assert pdf.content[:5] == b"%PDF-"
    assert sent.status_code == 202
    assert addresses() == ["ada@example.com", "insurer@example.com"]
    assert set(Message.objects.values_list("about", flat=True)) == {document.number}


def test_a_payment_says_what_has_gone_back_and_what_is_left(api: Client) -> None:
    payment, charge = a_paid_visit(amount=12_000)
    gone = events_of_a_refund(charge, amount=5_000)
    pending = refund_of(charge, amount=1_000, status="pending")
    take_in([gone[0], an_event("refund.created", pending), *events_of_a_dispute(charge, outcome="lost", amount=2_000)])

    (before,) = api.get(f"/api/v1/payments?payment_intent={payment.stripe_id}").json()
    take_in(events_of_a_failing_refund(gone[0]["data"]["object"]))
    (after,) = api.get(f"/api/v1/payments?payment_intent={payment.stripe_id}").json()

    assert (before["amount"], before["refunded"], before["balance"]) == (12_000, 7_000, 5_000)
    assert (after["amount"], after["refunded"], after["balance"]) == (12_000, 2_000, 10_000)
