"""Reads over checkouts, payments and what went back, for APIs, sweepers and pages. Nothing here writes."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet, Sum

from payments_service.payments.models import Checkout, Movement, Payment
from servicekit import claims


def checkout(reference: str) -> Checkout | None:
    """The checkout with that id."""
    return Checkout.objects.filter(reference=reference).first()


def payments(*, payment_intent: str) -> list[Payment]:
    """The payment of that payment intent (or of that charge, where there is no payment intent)."""
    return list(Payment.objects.filter(Q(payment_intent=payment_intent) | Q(stripe_id=payment_intent)))


def due_for_receipt(*, limit: int, overdue: timedelta) -> list[int]:
    """Ids of payments whose receipt should have been issued that long ago."""
    return claims.due(Payment.objects.all(), limit=limit, overdue=overdue)


def without_recipient() -> QuerySet[Payment]:
    """Payments that have a receipt and nobody to send it to."""
    return Payment.objects.filter(email="").exclude(receipt_number="")


def returned(payment: Payment) -> int:
    """How much of a payment has gone back by what is known, in minor units."""
    return payment.movements.aggregate(sum=Sum("returned", default=0))["sum"] or 0


def due_for_document(*, limit: int, overdue: timedelta) -> list[int]:
    """Ids of refunds and disputes whose document should have been issued that long ago."""
    return claims.due(Movement.objects.all(), limit=limit, overdue=overdue)


def movements_due(payment_id: int) -> list[int]:
    """Ids of a payment's refunds and disputes that want a document now."""
    return claims.due(Movement.objects.filter(payment=payment_id), limit=100)
