"""Reads over a receipt and how its emails fared, for the API and the front desk."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from notifications import selectors as messages
from notifications.models import State
from payments_service.payments.models import Movement, Payment
from payments_service.receipting.models import HandedOver
from receipts import kinds
from receipts.models import Receipt

WAITING, NO_RECIPIENT, HANDED_OVER = "waiting", "needs_recipient", "handed_over"
FORGOTTEN = "forgotten"
COMPLAINED = "complained"
ARRIVED = (State.SENT, State.DELIVERED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the newest email of a receipt fares; `status` is a message's state, or why there is none.

    `code` says why it didn't arrive, that the patient complained about what did, or how it was handed over.
    """

    status: str
    to: str = ""
    code: str = ""


def receipts_of(payment_intent: str) -> list[Receipt]:
    """The documents of one payment, by its payment intent (or charge): its receipt, then what corrects it."""
    paid = Payment.objects.filter(payment_intent=payment_intent) | Payment.objects.filter(stripe_id=payment_intent)
    return [receipt for payment in paid for receipt in documents_of(payment)]


def documents_of(payment: Payment) -> list[Receipt]:
    """All that was issued for a payment, in the order of issue: one after another, as each holds the payment's lock."""
    numbers = [number for pair in correcting_numbers(payment) for number in pair if number]
    return list(Receipt.objects.filter(number__in=[payment.receipt_number, *numbers]).order_by("pk"))


def corrections_of(payment: Payment) -> list[Receipt]:
    """What was issued about money that went back of a payment, in the order of issue."""
    return [receipt for receipt in documents_of(payment) if receipt.kind != kinds.RECEIPT]


def correcting_numbers(payment: Payment) -> QuerySet[Movement, tuple[str, str]]:
    """The numbers of the documents of each refund and dispute, empty where there is none (yet)."""
    return payment.movements.values_list("document_number", "correction_number")


def payment_of(receipt: Receipt, *, lock: bool = False) -> Payment:
    """The payment that a document is about, its row locked on demand for the rest of the transaction.

    Raises Payment.DoesNotExist for a document that was issued for something else.
    """
    payments = Payment.objects.select_for_update(of=("self",)) if lock else Payment.objects.all()
    if receipt.kind == kinds.RECEIPT:
        return payments.get(stripe_id=receipt.reference)
    return payments.get(movements__stripe_id=receipt.reference)


def delivery_of(receipt: Receipt) -> Delivery:
    """How the receipt got to the patient, or why it didn't; it agrees with what `undelivered` lists."""
    if not receipt.pdf_key:
        return Delivery(status=FORGOTTEN if receipt.purged_at else WAITING)
    sent = messages.about(receipt.number)
    known = of_message(sent[-1]) if sent else Delivery(status=unsent(receipt))
    by_hand = HandedOver.objects.filter(receipt=receipt, after_message__gte=sent[-1].id if sent else 0).first()
    if by_hand and known.status not in ARRIVED:
        return Delivery(status=HANDED_OVER, to=known.to, code=by_hand.way)
    return known


def unsent(receipt: Receipt) -> str:
    """Why a document has no email: nobody said where to, or it was forgotten."""
    return FORGOTTEN if payment_of(receipt).forgotten_at else NO_RECIPIENT


def of_message(sent: messages.Status) -> Delivery:
    """How one email fares."""
    complained = sent.complained and sent.state in ARRIVED
    return Delivery(status=sent.state, to=sent.to, code=COMPLAINED if complained else sent.code)


def payments_for_a_person() -> QuerySet[Payment]:
    """Payments whose receipt waits until somebody says which clinic they belong to, the longest waiting first."""
    return Payment.objects.filter(due_at__isnull=False, last_error=Payment.NO_PROFILE).order_by("recorded_at")


def movements_for_a_person() -> QuerySet[Movement]:
    """Refunds and disputes whose document no machine will issue, the longest waiting first."""
    return Movement.objects.filter(last_error__in=Movement.FOR_A_PERSON).order_by("recorded_at")
