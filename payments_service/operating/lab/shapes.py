"""Stripe's objects about one sale that never was, with the fields that a receipt is made of. Pure.

Shapes as in https://docs.stripe.com/api; amounts are in the currency's minor unit as Stripe counts it, instants Unix
seconds. Every id holds `lab`, so that what the lab has left can be told from the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]

NEWEST, OLDEST = "2026-10-28.endive", "2020-08-27"
NAME, EMAIL = "Lab Patient", "patient@lab.example"


@dataclass(frozen=True, slots=True)
class Sale:
    """One payment by card on Stripe's page; `key` makes its ids, letters and digits."""

    key: str
    at: int
    amount: int = 12_000
    currency: str = "eur"

    @property
    def intent(self) -> str:
        """The id of its payment intent, by which the API knows it."""
        return f"pi_lab{self.key}"

    @property
    def charge(self) -> str:
        """The id of its charge."""
        return f"ch_lab{self.key}"


def a_charge(sale: Sale) -> Object:
    """The charge, paid and captured."""
    return money(sale, "charge", sale.charge) | {
        "amount_captured": sale.amount,
        "amount_refunded": 0,
        "billing_details": {"email": EMAIL, "name": NAME, "address": None, "phone": None},
        "captured": True,
        "paid": True,
        "payment_intent": sale.intent,
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242", "wallet": None}},
        "refunded": False,
        "status": "succeeded",
    }


def an_intent(sale: Sale) -> Object:
    """The payment intent, which names its charge."""
    paid = {"amount_received": sale.amount, "latest_charge": sale.charge, "status": "succeeded", "receipt_email": None}
    return money(sale, "payment_intent", sale.intent) | paid


def an_old_intent(sale: Sale) -> Object:
    """The payment intent before 2022-11-15, which carried its charges instead."""
    intent = an_intent(sale)
    del intent["latest_charge"]
    charges = {"object": "list", "data": [a_charge(sale) | {"invoice": None}], "has_more": False, "total_count": 1}
    return intent | {"charges": charges | {"url": f"/v1/charges?payment_intent={sale.intent}"}, "invoice": None}


def a_session(sale: Sale, *, paid: bool = True) -> Object:
    """The checkout session, completed; a delayed method's isn't paid yet."""
    session: Object = {
        "id": f"cs_test_lab{sale.key}",
        "object": "checkout.session",
        "mode": "payment",
        "status": "complete",
    }
    session |= {"payment_status": "paid" if paid else "unpaid", "payment_intent": sale.intent, "created": sale.at}
    session |= {"amount_total": sale.amount, "amount_subtotal": sale.amount, "currency": sale.currency}
    people = {"customer_details": {"email": EMAIL, "name": NAME}, "client_reference_id": None, "locale": "en"}
    return session | people | {"livemode": False, "metadata": {}}


def a_refund(sale: Sale, *, amount: int) -> Object:
    """A part of it, given back."""
    refund = money(sale, "refund", f"re_lab{sale.key}") | {"amount": amount, "status": "succeeded", "reason": None}
    del refund["livemode"]
    return refund | {"charge": sale.charge, "payment_intent": sale.intent}


def money(sale: Sale, kind: str, id: str) -> Object:
    """What every object about money has."""
    about: Object = {"id": id, "object": kind, "amount": sale.amount, "currency": sale.currency, "created": sale.at}
    return about | {"livemode": False, "metadata": {}, "description": None}


def an_event(kind: str, obj: Mapping[str, Any], sale: Sale, *, version: str = NEWEST) -> Object:
    """A snapshot event; one sale has at most one of each type and object state."""
    about: Object = {"id": event_id(kind, sale), "object": "event", "type": kind, "api_version": version}
    about |= {"created": sale.at, "livemode": False, "pending_webhooks": 1, "request": {"id": None}}
    return about | {"data": {"object": dict(obj)}}


def a_thin_event(kind: str, obj: Mapping[str, Any], sale: Sale, *, made: str, path: str) -> Object:
    """Its thin twin, which only names the object; `made` is an instant in ISO 8601, `path` leads to such objects."""
    about: Object = {"id": event_id(f"v1.{kind}", sale), "object": "v2.core.event", "type": f"v1.{kind}"}
    about |= {"created": made, "livemode": False, "context": None, "reason": None}
    return about | {"related_object": {"id": obj["id"], "type": obj["object"], "url": f"{path}/{obj['id']}"}}


def event_id(kind: str, sale: Sale) -> str:
    """An id that says itself what it is about."""
    return f"evt_lab{sale.key}_{kind.replace('.', '_')}"


def events(sale: Sale) -> list[Object]:
    """What Stripe sends of a payment on its page, in the usual order."""
    return [
        an_event("charge.succeeded", a_charge(sale), sale),
        an_event("payment_intent.succeeded", an_intent(sale), sale),
        an_event("checkout.session.completed", a_session(sale), sale),
    ]
