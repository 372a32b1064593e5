"""`/api/v1/checkouts` and `/api/v1/payments`: the booking system's door."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from payments_service.payments import checkouts, selectors
from payments_service.payments.schemas import CheckoutIn, CheckoutOut, PaymentOut
from servicekit.api import IdempotencyKey, Unfit
from servicekit.failures import GiveUp, TryLater
from servicekit.fields import Id
from servicekit.openapi import refusals

router = Router(tags=["payments"])


@router.post("/checkouts", response={201: CheckoutOut, **refusals(503)}, summary="Open a checkout for a visit")
def open_checkout(
    request: HttpRequest, payload: CheckoutIn, idempotency_key: IdempotencyKey = None
) -> Status[CheckoutOut]:
    """Makes a Stripe Checkout Session. The same `Idempotency-Key` with the same body gives the same checkout."""
    if not settings.STRIPE_API_KEY:
        raise Unfit("", "checkouts need STRIPE_API_KEY, and this installation has none", status=503)
    try:
        row = checkouts.open_checkout(asked(payload), idempotency_key=idempotency_key, at=timezone.now())
    except checkouts.KeyReused:
        raise Unfit("Idempotency-Key", "belongs to another request; use a new key for a new body") from None
    except TryLater as failure:
        raise Unfit("", f"Stripe can't be reached ({failure.code}); repeat with the same key", status=503) from None
    except GiveUp as failure:
        raise Unfit(failure.about, f"Stripe refuses this checkout: {failure.code}") from None
    return Status(201, CheckoutOut.of(row))


@router.get("/checkouts/{id}", response=CheckoutOut, summary="One checkout")
def get_checkout(request: HttpRequest, id: Id) -> CheckoutOut:
    """Its status follows Stripe's events."""
    row = selectors.checkout(id)
    if row is None:
        raise Unfit("id", "there is no such checkout", status=404)
    return CheckoutOut.of(row)


@router.get("/payments", response=list[PaymentOut], summary="The payment of a payment intent")
def list_payments(request: HttpRequest, payment_intent: Id) -> list[PaymentOut]:
    """Empty until its first event was processed. For a charge without a payment intent, give the charge's id."""
    return [PaymentOut.of(row) for row in selectors.payments(payment_intent=payment_intent)]


def asked(payload: CheckoutIn) -> checkouts.Request:
    """The request as the service takes it."""
    service = payload.service.model_dump() if payload.service else {}
    return checkouts.Request(
        visit_id=payload.visit_id,
        currency=payload.currency,
        lines=tuple(
            checkouts.Line(line.description, line.quantity, line.unit_amount, line.tax_rate or "")
            for line in payload.lines
        ),
        patient_name=payload.patient.name,
        patient_email=payload.patient.email,
        locale=payload.patient.locale,
        service={key: value or "" for key, value in service.items()},
        success_url=payload.success_url,
        cancel_url=payload.cancel_url,
        account=payload.account,
    )
