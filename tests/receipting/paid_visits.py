"""Visits that were paid and have their receipts, to give money back of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from payments_service.payments.models import Checkout, Movement, Payment
from receipts import frozen
from receipts.models import Receipt
from receipts.snapshot import Snapshot
from tests.builders import correct, issue, payment_of, take_in
from tests.stripe_events import Payload, by_type, events_of_a_payment, events_of_a_refund


def a_paid_visit(**about: Any) -> tuple[Payment, Payload]:
    """A payment whose receipt is issued, and its charge."""
    events = events_of_a_payment(**about)
    take_in(events)
    issue(payment_of(events))
    return payment_of(events), by_type(events, "charge.succeeded")["data"]["object"]


def a_taxed_visit(*lines: tuple[int, str]) -> tuple[Payment, Payload]:
    """A visit of ours with these lines, amounts with their rates, paid and with its receipt."""
    checkout = Checkout.objects.create(
        reference="chk_1",
        visit_id="visit-1",
        currency="eur",
        lines=[
            {"description": "Therapy", "quantity": 1, "unit_amount": amount, "tax_rate": rate} for amount, rate in lines
        ],
        patient_name="Zofia Nowak",
        patient_email="zofia@patient.example",
        locale="pl",
        service={"date": "2026-11-20", "practitioner": "Dr. Hopper", "code": "89.01"},
        request_digest="",
        created_at=datetime.now(UTC),
    )
    return a_paid_visit(amount=sum(amount for amount, _ in lines), metadata={"checkout": checkout.reference})


def said_by(receipt: Receipt) -> Snapshot:
    """What a document says."""
    return frozen.from_json(receipt.snapshot)


def refund(charge: Payload, amount: int) -> Receipt:
    """The document of a refund that has just gone through."""
    take_in(events_of_a_refund(charge, amount=amount))
    (document,) = correct()
    return document


def movement() -> Movement:
    """The only refund or dispute."""
    return Movement.objects.get()
