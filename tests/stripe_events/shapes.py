"""Stripe's published sample objects, cleaned to what a plain card payment looks like; builders.py puts facts on top."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

Payload = dict[str, Any]

# Stripe's samples fill every optional hash with something, also with what a plain card payment never has.
ABSENT: dict[str, tuple[str, ...]] = {
    "charge": ("on_behalf_of", "shipping", "source", "transfer_data"),
    "checkout.session": (
        "after_expiration",
        "collected_information",
        "currency_conversion",
        "invoice_creation",
        "managed_payments",
        "payment_method_configuration_details",
        "shipping_address_collection",
        "shipping_cost",
    ),
    "payment_intent": (
        "automatic_payment_methods",
        "canceled_at",
        "last_payment_error",
        "managed_payments",
        "next_action",
        "payment_method_configuration_details",
        "processing",
        "shipping",
        "transfer_data",
    ),
}

_OBJECTS: dict[str, Payload] = json.loads((Path(__file__).parent / "objects.json").read_text(encoding="utf-8"))


def sample(kind: str) -> Payload:
    """A fresh copy of Stripe's sample of one resource, for example "charge", without what a card payment lacks."""
    absent = dict.fromkeys(ABSENT.get(kind, ()))
    return deepcopy(_OBJECTS[kind]) | absent


def an_id(prefix: str) -> str:
    """An id that nobody had before, in Stripe's form: "pi_" and some twenty letters and digits."""
    return f"{prefix}_{uuid4().hex[:24]}"
