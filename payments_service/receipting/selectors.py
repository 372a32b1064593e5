"""Reads over a receipt and how its emails fared, for the API and the front desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from notifications import selectors as messages
from notifications.models import Message
from payments_service.payments.models import Payment
from receipts.models import Receipt

WAITING, NO_RECIPIENT = "waiting", "needs_recipient"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the newest email of a receipt fares; `status` is a message's state, or why there is none."""

    status: str
    to: str = ""
    code: str = ""


def receipts_of(payment_intent: str) -> list[Receipt]:
    """The documents of one payment, by its payment intent (or charge), oldest first."""
    references = Payment.objects.filter(payment_intent=payment_intent).values_list("stripe_id", flat=True)
    return list(Receipt.objects.filter(reference__in=[payment_intent, *references]).order_by("issued_at", "sequence"))


def delivery_of(receipt: Receipt) -> Delivery:
    """How the receipt got to the patient, or why it didn't."""
    sent = messages.about(receipt.number)
    if sent:
        return Delivery(status=sent[-1].state, to=sent[-1].to, code=sent[-1].code)
    return Delivery(status=NO_RECIPIENT if receipt.pdf_key else WAITING)


def receipted_and_unsent() -> QuerySet[Payment]:
    """Payments whose receipt is ready and went nowhere: somebody has to find out an address."""
    about = Message.objects.filter(about=OuterRef("receipt_number"))
    rendered = Receipt.objects.filter(number=OuterRef("receipt_number")).exclude(pdf_key="")
    return Payment.objects.filter(Exists(rendered), ~Exists(about)).exclude(receipt_number="")
