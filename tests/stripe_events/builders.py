"""Builders of Stripe's objects and events: one obvious default each, keywords override; versions.py ages them.

Amounts are minor units of the currency, times are Unix seconds. The default is one visit paid by card: 120.00 EUR.
"""

from collections.abc import Sequence

from tests.stripe_events.shapes import Payload, an_id, sample
from tests.stripe_events.versions import NEWEST, as_version

AMOUNT = 12_000
CURRENCY = "eur"
EMAIL = "ada.nowak@example.com"
NAME = "Ada Nowak"
CREATED = 1_790_000_000
DAY = 86_400
VISA = ("visa", "4242")


def a_line_item(
    *, description: str = "Visit", unit_amount: int = AMOUNT, quantity: int = 1, currency: str = CURRENCY
) -> Payload:
    """One line of a Checkout Session, without tax and discount."""
    total = unit_amount * quantity
    item = sample("item") | {"id": an_id("li"), "description": description, "quantity": quantity, "currency": currency}
    item["price"] |= {"id": an_id("price"), "product": an_id("prod"), "currency": currency, "unit_amount": unit_amount}
    item["price"] |= {"unit_amount_decimal": str(unit_amount), "recurring": None, "transform_quantity": None}
    item["price"] |= {"custom_unit_amount": None}
    return item | {"amount_subtotal": total, "amount_total": total}


def a_charge(
    *, amount: int = AMOUNT, email: str | None = EMAIL, name: str | None = NAME, card: tuple[str, str] = VISA,
    **fields: object,
) -> Payload:  # fmt: skip
    """A charge that was paid and captured; `card` is brand and last four digits; other fields go on top as given."""
    charge = sample("charge")
    charge |= {"id": an_id("ch"), "payment_intent": an_id("pi"), "payment_method": an_id("pm"), "description": None}
    charge |= {"amount": amount, "amount_captured": amount, "captured": True, "currency": CURRENCY, "created": CREATED}
    charge |= {"balance_transaction": None, "receipt_url": "https://pay.stripe.test/receipts/payment/example"}
    charge["billing_details"] |= {"email": email, "name": name}
    brand, last4 = card
    details = charge["payment_method_details"]["card"]
    details |= {"brand": brand, "network": brand, "last4": last4, "amount_authorized": amount, "wallet": None}
    details |= {"three_d_secure": None, "installments": None}
    charge["outcome"] |= {"network_status": "approved_by_network", "type": "authorized"}
    del charge["refunds"]
    return charge | fields


def a_payment_intent(*, amount: int = AMOUNT, **fields: object) -> Payload:
    """A payment intent that succeeded; other fields go on top as given."""
    intent = sample("payment_intent")
    intent |= {"id": an_id("pi"), "latest_charge": an_id("ch"), "payment_method": an_id("pm"), "created": CREATED}
    intent |= {"amount": amount, "amount_received": amount, "currency": CURRENCY, "status": "succeeded"}
    intent |= {"capture_method": "automatic_async"}
    intent |= fields
    return intent | {"client_secret": f"{intent['id']}_secret_test"}


def a_checkout_session(
    *, amount: int = AMOUNT, email: str | None = EMAIL, name: str | None = NAME, **fields: object
) -> Payload:
    """A Checkout Session that was completed and paid; other fields go on top as given."""
    session = sample("checkout.session")
    session |= {"id": an_id("cs_test"), "payment_intent": an_id("pi"), "created": CREATED, "currency": CURRENCY}
    session |= {"amount_subtotal": amount, "amount_total": amount, "payment_status": "paid", "status": "complete"}
    session |= {"url": None, "customer_creation": "if_required"}
    session["total_details"] = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
    session["customer_details"] |= {"email": email, "name": name}
    session |= fields
    return session | {"expires_at": session["created"] + DAY}


def a_refund(*, amount: int = AMOUNT, **fields: object) -> Payload:
    """A refund that went through; other fields go on top as given."""
    refund = sample("refund") | {"id": an_id("re"), "charge": an_id("ch"), "payment_intent": an_id("pi")}
    refund |= {"amount": amount, "currency": CURRENCY, "created": CREATED}
    return refund | fields


def an_event(
    kind: str, obj: Payload, *, id: str | None = None, created: int = CREATED, livemode: bool = False,
    api_version: str = NEWEST, previous: Payload | None = None,
) -> Payload:  # fmt: skip
    """A snapshot event around an object in its newest shape, aged to `api_version`."""
    data: Payload = {"object": obj} | ({} if previous is None else {"previous_attributes": previous})
    event = sample("event") | {"id": id or an_id("evt"), "type": kind, "created": created, "livemode": livemode}
    event |= {"data": data, "pending_webhooks": 1, "request": {"id": an_id("req"), "idempotency_key": None}}
    return as_version(event, api_version)


def events_of(session: Payload | None, intent: Payload, charge: Payload, *, api_version: str = NEWEST) -> list[Payload]:
    """The four events that Stripe sends when this session is paid by this charge, in the usual order.

    A payment without Checkout has no session and one event less.
    """
    about = {"created": charge["created"], "livemode": charge["livemode"]}
    settled = charge | {"balance_transaction": an_id("txn")}
    events = [
        an_event("charge.succeeded", charge, **about),
        an_event("payment_intent.succeeded", intent, **about),
        *([] if session is None else [an_event("checkout.session.completed", session, **about)]),
        an_event("charge.updated", settled, previous={"balance_transaction": None}, **about),
    ]
    return [as_version(event, api_version, charge=settled) for event in events]


def events_of_a_payment(
    *, amount: int = AMOUNT, currency: str = CURRENCY, email: str | None = EMAIL, name: str | None = NAME,
    card: tuple[str, str] = VISA, metadata: dict[str, str] | None = None, client_reference_id: str | None = None,
    created: int = CREATED, livemode: bool = False, api_version: str = NEWEST,
    session_id: str | None = None, payment_intent_id: str | None = None, charge_id: str | None = None,
) -> list[Payload]:  # fmt: skip
    """charge.succeeded, payment_intent.succeeded, checkout.session.completed and charge.updated of one card payment.

    They agree with each other in ids, amounts, metadata and payer, as Stripe's do.
    """
    pi, ch, pm = payment_intent_id or an_id("pi"), charge_id or an_id("ch"), an_id("pm")
    shared: Payload = {"currency": currency, "metadata": metadata or {}, "created": created, "livemode": livemode}
    charge = a_charge(
        amount=amount, email=email, name=name, card=card, id=ch, payment_intent=pi, payment_method=pm, **shared
    )
    intent = a_payment_intent(amount=amount, id=pi, latest_charge=ch, payment_method=pm, **shared)
    session = a_checkout_session(
        amount=amount, email=email, name=name, id=session_id or an_id("cs_live" if livemode else "cs_test"),
        payment_intent=pi, client_reference_id=client_reference_id, **shared,
    )  # fmt: skip
    return events_of(session, intent, charge, api_version=api_version)


def events_of_a_delayed_payment(
    *, amount: int = AMOUNT, email: str = EMAIL, name: str = NAME, api_version: str = NEWEST
) -> list[Payload]:
    """A SEPA debit that arrives after three days, as four events.

    checkout.session.completed while unpaid, then charge.succeeded, payment_intent.succeeded and
    checkout.session.async_payment_succeeded.
    """
    later = CREATED + 3 * DAY
    debit = {"bank_code": "37040044", "country": "DE", "last4": "3000", "mandate": an_id("mandate")}
    charge = a_charge(amount=amount, email=email, name=name, created=later)
    charge["payment_method_details"] = {"type": "sepa_debit", "sepa_debit": debit}
    pi = charge["payment_intent"]
    intent = a_payment_intent(id=pi, amount=amount, latest_charge=charge["id"], payment_method_types=["sepa_debit"])
    session = a_checkout_session(amount=amount, email=email, name=name, payment_intent=pi)
    events = [
        an_event("checkout.session.completed", session | {"payment_status": "unpaid"}),
        an_event("charge.succeeded", charge, created=later),
        an_event("payment_intent.succeeded", intent, created=later),
        an_event("checkout.session.async_payment_succeeded", session, created=later),
    ]
    return [as_version(event, api_version, charge=charge) for event in events]


def by_type(events: Sequence[Payload], kind: str) -> Payload:
    """The one event of that type."""
    (event,) = [event for event in events if event["type"] == kind]
    return event
