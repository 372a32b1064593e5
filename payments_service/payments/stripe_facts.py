"""What Stripe's objects say about one payment, in plain values. Pure; events and API answers are read alike.

The shapes of every API version from 2020-08-27 on are understood: a payment intent with `charges`, with
`latest_charge` as an id or expanded, a charge with or without `invoice`. Amounts are in the currency's minor unit as
Stripe counts it, instants are Unix seconds. Reference: https://docs.stripe.com/api and its changelog.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from servicekit import lines

CHECKOUT_KEY = "checkout"
"""The metadata key under which Stripe carries our opaque checkout id."""

ACCOUNT_ID = re.compile(r"acct_[A-Za-z0-9]{1,100}")
"""The form of a Stripe account's id."""

SOURCES = ("charge", "payment_intent", "session")
PERSON_SOURCES = ("session", "charge", "payment_intent")
PERSONAL = ("email", "name", "locale", "checkout", "session")
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """What one object of Stripe's says about a payment; an empty value says nothing.

    `created` is when Stripe said it, `origin` the id of the event, so that any number of facts have one order.
    """

    source: str
    origin: str = ""
    created: int = 0
    payment_intent: str = ""
    charge: str = ""
    session: str = ""
    checkout: str = ""
    livemode: bool = False
    account: str = ""
    amount: int = 0
    currency: str = ""
    paid_at: int = 0
    email: str = ""
    name: str = ""
    locale: str = ""
    description: str = ""
    method_type: str = ""
    method_brand: str = ""
    method_last4: str = ""
    method_wallet: str = ""

    @property
    def payment(self) -> str:
        """The id of the money movement: its payment intent, or its charge where there is none."""
        return self.payment_intent or self.charge


def from_event(event: Mapping[str, Any]) -> list[Facts]:
    """The facts of a payment event, none when it doesn't say that money was paid and captured."""
    obj = event["data"]["object"]
    return [
        dataclasses.replace(facts, origin=event["id"], created=event["created"], account=event.get("account") or "")
        for facts in from_object(obj, said_at=event["created"])
        if facts.payment
    ]


def from_object(obj: Mapping[str, Any], *, said_at: int) -> Iterator[Facts]:
    """The facts in a checkout session, a payment intent or a charge; unpaid ones say nothing."""
    match obj.get("object"):
        case "checkout.session" if obj.get("payment_status") == "paid":
            yield from_session(obj, said_at=said_at)
        case "payment_intent" if obj.get("status") == "succeeded":
            yield from_payment_intent(obj, said_at=said_at)
            yield from from_charges_of(obj)
        case "charge" if obj.get("paid") and obj.get("captured"):
            yield from_charge(obj)


def from_session(session: Mapping[str, Any], *, said_at: int) -> Facts:
    """A paid session knows best who paid."""
    customer = session.get("customer_details") or {}
    return Facts(
        source="session",
        created=said_at,
        payment_intent=id_of(session.get("payment_intent")),
        session=session["id"],
        checkout=own_checkout(session) or text(session.get("client_reference_id")),
        livemode=session["livemode"],
        amount=session.get("amount_total") or 0,
        currency=text(session.get("currency")),
        paid_at=said_at,
        email=text(customer.get("email") or session.get("customer_email")),
        name=text(customer.get("name")),
        locale="" if session.get("locale") in (None, "auto") else text(session["locale"]),
    )


def from_payment_intent(intent: Mapping[str, Any], *, said_at: int) -> Facts:
    """A succeeded payment intent knows the money; how it was paid stands in its charge."""
    return Facts(
        source="payment_intent",
        created=said_at,
        payment_intent=intent["id"],
        charge=id_of(intent.get("latest_charge")),
        checkout=own_checkout(intent),
        livemode=intent["livemode"],
        amount=intent.get("amount_received") or intent["amount"],
        currency=text(intent["currency"]),
        paid_at=said_at,
        email=text(intent.get("receipt_email")),
        description=text(intent.get("description")),
    )


def from_charges_of(intent: Mapping[str, Any]) -> Iterator[Facts]:
    """The charge inside a payment intent: `charges` before 2022-11-15, an expanded `latest_charge` since."""
    held = [*((intent.get("charges") or {}).get("data") or []), intent.get("latest_charge")]
    for charge in held:
        if isinstance(charge, Mapping) and charge.get("paid") and charge.get("captured"):
            yield dataclasses.replace(from_charge(charge), payment_intent=intent["id"])


def from_charge(charge: Mapping[str, Any]) -> Facts:
    """A captured charge knows best when and how it was paid."""
    billing = charge.get("billing_details") or {}
    method = charge.get("payment_method_details") or {}
    kind = text(method.get("type"))
    details = method.get(kind) or {}
    return Facts(
        source="charge",
        created=charge["created"],
        payment_intent=id_of(charge.get("payment_intent")),
        charge=charge["id"],
        checkout=own_checkout(charge),
        livemode=charge["livemode"],
        amount=charge.get("amount_captured") or charge["amount"],
        currency=text(charge["currency"]),
        paid_at=charge["created"],
        email=text(charge.get("receipt_email") or billing.get("email")),
        name=text(billing.get("name")),
        description=text(charge.get("description")),
        method_type=kind,
        method_brand=text(details.get("brand")),
        method_last4=text(details.get("last4")),
        method_wallet=text((details.get("wallet") or {}).get("type")),
    )


def merge(facts: Iterable[Facts]) -> Facts:
    """All that is known of one payment, the same for the same facts in any order and number.

    A charge is believed first about money, a session about people; within one source what was said last. An empty
    value never replaces one that says something.
    """
    newest_first = sorted(set(facts), key=lambda each: (each.created, each.origin, repr(each)), reverse=True)
    by_source = {source: [each for each in newest_first if each.source == source] for source in SOURCES}
    merged: dict[str, Any] = {"source": "merged"}
    for field in dataclasses.fields(Facts)[1:]:
        order = PERSON_SOURCES if field.name in PERSONAL else SOURCES
        said = (getattr(each, field.name) for source in order for each in by_source[source])
        merged[field.name] = next((value for value in said if value), field.default)
    return Facts(**merged)


def own_checkout(obj: Mapping[str, Any]) -> str:
    """Our checkout's id in an object's metadata."""
    return text((obj.get("metadata") or {}).get(CHECKOUT_KEY))


def id_of(reference: Any) -> str:
    """The id behind a reference that may be expanded, or empty."""
    if isinstance(reference, Mapping):
        return text(reference.get("id"))
    return text(reference)


def text(value: Any) -> str:
    """A value as one line of storable text that reads in its own direction, at most 500 characters."""
    if not isinstance(value, str):
        return ""
    whole = lines.unturned(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    printable = "".join(" " if unicodedata.category(char) == "Cc" else char for char in whole)
    return " ".join(printable.split())[:LONGEST_TEXT].rstrip()
