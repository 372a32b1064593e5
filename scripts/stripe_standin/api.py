"""The part of Stripe's API that the service calls: Checkout Sessions, payment intents, charges, events."""

import time
from typing import Any

from scripts.stripe_standin.account import Account
from scripts.stripe_standin.replies import Call, Refused, listing, missing, within
from tests.stripe_events import Payload, a_checkout_session, a_line_item, an_id

MOST_TYPES = 20


def create_session(account: Account, call: Call) -> Payload:
    """POST /v1/checkout/sessions, of mode "payment"; the payment intent comes when the payer pays, as since 2022-08."""
    for param in ("mode", "success_url", "line_items"):
        if not call.params.get(param):
            raise missing(param)
    lines = [_line(account, each, f"line_items[{n}]") for n, each in enumerate(call.params["line_items"])]
    currencies = {line["currency"] for line in lines}
    if len(currencies) != 1:
        raise Refused(400, "All line items must have the same currency.", param="line_items")
    session = _session(call, amount=sum(line["amount_total"] for line in lines), currency=currencies.pop())
    session["url"] = f"{account.base_url}/c/pay/{session['id']}"
    account.line_items[session["id"]] = lines
    account.intent_data[session["id"]] = call.params.get("payment_intent_data", {})
    if call.account:
        account.owners[session["id"]] = call.account
    return account.keep(session)


def _session(call: Call, *, amount: int, currency: str) -> Payload:
    taken = ("success_url", "cancel_url", "client_reference_id", "customer_email", "locale")
    now = int(time.time())
    params = call.params
    unpaid = {"status": "open", "payment_status": "unpaid", "payment_intent": None, "customer_details": None}
    return a_checkout_session(
        amount=amount,
        currency=currency,
        created=now,
        id=an_id("cs_live" if call.livemode else "cs_test"),
        livemode=call.livemode,
        mode=params["mode"],
        metadata=params.get("metadata", {}),
        **{name: params[name] for name in taken if name in params},
        **unpaid,
    )


def _line(account: Account, given: dict[str, Any], param: str) -> Payload:
    """A line by price_data, or by the id of a price made before."""
    quantity = number(given.get("quantity", "1"), f"{param}[quantity]")
    if "price" in given:
        price = account.find("price", given["price"])
        name = account.find("product", price["product"])["name"]
        return a_line_item(
            description=name, unit_amount=price["unit_amount"], quantity=quantity, currency=price["currency"]
        )
    data = given.get("price_data") or {}
    if not data.get("currency") or not data.get("product_data", {}).get("name"):
        raise missing(f"{param}[price_data]")
    return a_line_item(
        description=data["product_data"]["name"],
        unit_amount=number(data.get("unit_amount", ""), f"{param}[price_data][unit_amount]"),
        quantity=quantity,
        currency=data["currency"].lower(),
    )


def number(text: str, param: str) -> int:
    """The integer that a form field holds, or Stripe's 400."""
    if not text.isdigit():
        raise Refused(400, f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
    return int(text)


def get_session(account: Account, call: Call) -> Payload:
    """GET /v1/checkout/sessions/{id}, open or paid."""
    return account.find("checkout.session", call.parts[0])


def list_sessions(account: Account, call: Call) -> Payload:
    """GET /v1/checkout/sessions, all of them or those of `payment_intent`."""
    wanted = call.params.get("payment_intent")
    found = [each for each in account.newest("checkout.session") if wanted in (None, each["payment_intent"])]
    return listing(call.path, account.seen_by(call.account, found), call.params)


def list_line_items(account: Account, call: Call) -> Payload:
    """GET /v1/checkout/sessions/{id}/line_items, in the order given."""
    session = account.find("checkout.session", call.parts[0])
    return listing(call.path, account.line_items[session["id"]], call.params)


def get_payment_intent(account: Account, call: Call) -> Payload:
    """GET /v1/payment_intents/{id}, with its charge when that is expanded."""
    return account.find("payment_intent", call.parts[0])


def list_payment_intents(account: Account, call: Call) -> Payload:
    """GET /v1/payment_intents, newest first."""
    return listing(call.path, account.newest("payment_intent"), call.params)


def get_charge(account: Account, call: Call) -> Payload:
    """GET /v1/charges/{id}, as it is now."""
    return account.find("charge", call.parts[0])


def list_charges(account: Account, call: Call) -> Payload:
    """GET /v1/charges, newest first, by `created[gte]` and its like."""
    found = account.made("charge", call.params.get("created", {}))
    return listing(call.path, account.seen_by(call.account, found), call.params)


def get_event(account: Account, call: Call) -> Payload:
    """GET /v1/events/{id}, as it was sent."""
    for event in account.events:
        if event["id"] == call.parts[0]:
            return event
    raise Refused(404, f"No such event: '{call.parts[0]}'", code="resource_missing", param="id")


def list_events(account: Account, call: Call) -> Payload:
    """GET /v1/events, newest first, by `type` or `types`, `created[gte]` and its like, and `delivery_success`."""
    kinds = set(call.params.get("types", [])) | {call.params[name] for name in ("type",) if name in call.params}
    if len(kinds) > MOST_TYPES:
        raise Refused(400, f"You may only specify up to {MOST_TYPES} event types.", param="types")
    delivered = {"true": True, "false": False}.get(call.params.get("delivery_success", ""))
    found = [
        event
        for event in reversed(account.events)
        if (not kinds or event["type"] in kinds)
        and within(event["created"], call.params.get("created", {}))
        and delivered in (None, event["id"] in account.delivered)
    ]
    return listing(call.path, account.seen_by(call.account, found), call.params)


def expanded(account: Account, obj: Payload, paths: list[str]) -> Payload:
    """A copy of the object in which the ids at these paths, as in "latest_charge", are the objects themselves."""
    copy = dict(obj)
    for path in paths:
        step, _, rest = path.partition(".")
        copy[step] = _expanded_at(account, copy, step, [rest] if rest else [])
    return copy


def _expanded_at(account: Account, obj: Payload, step: str, rest: list[str]) -> Any:
    if step == "line_items" and obj.get("object") == "checkout.session":
        return listing(f"/v1/checkout/sessions/{obj['id']}/line_items", account.line_items[obj["id"]], {})
    value = obj.get(step, [] if step == "taxes" else None)  # a line's taxes exist only when they are asked for
    if isinstance(value, list):
        return [expanded(account, each, rest) for each in value]
    found = value if isinstance(value, dict) else account.objects.get(str(value), value)
    return expanded(account, found, rest) if isinstance(found, dict) else found


ID = r"([\w-]+)"
ROUTES = (
    ("POST", r"/v1/checkout/sessions", create_session),
    ("GET", r"/v1/checkout/sessions", list_sessions),
    ("GET", rf"/v1/checkout/sessions/{ID}", get_session),
    ("GET", rf"/v1/checkout/sessions/{ID}/line_items", list_line_items),
    ("GET", r"/v1/payment_intents", list_payment_intents),
    ("GET", rf"/v1/payment_intents/{ID}", get_payment_intent),
    ("GET", r"/v1/charges", list_charges),
    ("GET", rf"/v1/charges/{ID}", get_charge),
    ("GET", r"/v1/events", list_events),
    ("GET", rf"/v1/events/{ID}", get_event),
)
