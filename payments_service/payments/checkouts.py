"""Opens a checkout for a visit: our row first, then Stripe, then the address to pay at.

Stripe gets an opaque reference, an amount and neutral words: its terms forbid health information in its fields, and
who the patient is doesn't concern it. The medical side stays in our row and is joined when the receipt is issued.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from payments_service.payments import stripe_api
from payments_service.payments.models import Checkout
from payments_service.payments.stripe_facts import CHECKOUT_KEY
from servicekit.failures import GiveUp

STRIPE_LOCALES = frozenset(
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru sk sl sv th tr vi zh".split()  # noqa: SIM905 - reads better
)
"""Languages of Stripe's checkout page: https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale"""

FIELDS = {
    "line_items": "lines",
    "unit_amount": "lines",
    "currency": "currency",
    "locale": "patient.locale",
    "success_url": "success_url",
    "cancel_url": "cancel_url",
    stripe_api.ACCOUNT: "account",
}
"""Which field of a request stands behind a parameter of `session_parameters`, by the parameter's innermost name."""


class KeyReused(Exception):
    """The idempotency key belongs to another request."""


@dataclass(frozen=True, slots=True)
class Line:
    """One position, amounts in minor units with tax in them; `tax_rate` is a percentage such as "23"."""

    description: str
    quantity: int
    unit_amount: int
    tax_rate: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What the booking system asks for; see `POST /api/v1/checkouts`.

    `account` is the connected account that is paid into, empty for our own.
    """

    visit_id: str
    currency: str
    lines: tuple[Line, ...]
    patient_name: str
    patient_email: str
    success_url: str
    cancel_url: str
    locale: str = ""
    service: dict[str, str] = field(default_factory=dict)
    account: str = ""

    @property
    def total(self) -> int:
        """What there is to pay, in minor units."""
        return sum(line.quantity * line.unit_amount for line in self.lines)


def open_checkout(request: Request, *, idempotency_key: str | None, at: datetime) -> Checkout:
    """The checkout with Stripe's address; asked again with the same key, the same one.

    Raises KeyReused, or TryLater and GiveUp when Stripe does; then asking again with the same key goes on where it
    stopped.
    """
    checkout = kept(request, idempotency_key=idempotency_key, at=at)
    if checkout.status == Checkout.Status.OPENING:
        session = session_for(request, checkout)
        checkout.stripe_session_id, checkout.url = session["id"], session["url"] or ""
        checkout.status = Checkout.Status(session["status"])
        checkout.save(update_fields=["stripe_session_id", "url", "status"])
    return checkout


def session_for(request: Request, checkout: Checkout) -> dict[str, Any]:
    """Stripe's session for a checkout; when Stripe refuses it for good, nothing of it is left."""
    parameters = session_parameters(request, checkout)
    try:
        return stripe_api.create_session(parameters, idempotency_key=checkout.reference, account=checkout.account)
    except GiveUp as refusal:
        checkout.delete()
        raise GiveUp(refusal.code, about=field_of(refusal.about)) from None


def kept(request: Request, *, idempotency_key: str | None, at: datetime) -> Checkout:
    """A new row for the request, or the row that this key has made before."""
    digest = digest_of(request)
    try:
        with transaction.atomic():
            return Checkout.objects.create(
                **columns(request),
                reference=f"chk_{secrets.token_hex(12)}",
                idempotency_key=idempotency_key,
                request_digest=digest,
                created_at=at,
            )
    except IntegrityError:
        earlier = Checkout.objects.get(idempotency_key=idempotency_key)
    if earlier.request_digest != digest:
        raise KeyReused
    return earlier


def digest_of(request: Request) -> str:
    """What tells two requests apart. An account that isn't named counts for nothing, as before there were any."""
    asked = {name: value for name, value in asdict(request).items() if name != "account" or value}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def columns(request: Request) -> dict[str, Any]:
    """The request as the row's columns."""
    plain = asdict(request)
    return plain | {"lines": list(plain["lines"])}


def session_parameters(request: Request, checkout: Checkout) -> dict[str, Any]:
    """All that Stripe is told. One line with the total: what was done is nobody's business there."""
    product = {"name": f"Ref. {checkout.reference[-8:].upper()}"}
    price = {"currency": request.currency, "unit_amount": request.total, "product_data": product}
    metadata = {CHECKOUT_KEY: checkout.reference}
    return {
        "mode": "payment",
        "client_reference_id": checkout.reference,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "line_items": [{"quantity": 1, "price_data": price}],
        "locale": stripe_locale(request.locale),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
    }


def field_of(parameter: str) -> str:
    """The field of our request that this parameter was made from; its own name where the caller has no part in it."""
    innermost = parameter.rpartition("[")[2].rstrip("]")
    return FIELDS.get(innermost, parameter)


def stripe_locale(locale: str) -> str:
    """The language of Stripe's page; the browser's where Stripe doesn't have the patient's."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in STRIPE_LOCALES else "auto"
