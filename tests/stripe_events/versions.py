"""How Stripe's payment objects looked in the API versions since 2020; builders.py makes them in the newest shape.

Sources: Stripe's API changelog, the pages of 2022-08-01 (shipping of a session), 2022-11-15 (charges of a payment
intent, refunds of a charge), 2024-04-10 (capture method), 2025-03-31.basil (invoice, shipping details of a session).
"""

from collections.abc import Callable
from copy import deepcopy

from tests.stripe_events.shapes import Payload

NEWEST = "2026-10-28.endive"
API_VERSIONS = ("2020-08-27", "2022-11-15", "2023-10-16", "2024-06-20", "2025-03-31.basil", NEWEST)


def as_version(event: Payload, version: str, *, charge: Payload | None = None) -> Payload:
    """The same event as an endpoint pinned to `version` gets it; the event given must be in the newest shape.

    `charge` is what a payment intent of 2020 carries in its list; without it, that list is empty.
    """
    aged = deepcopy(event) | {"api_version": version}
    obj: Payload = aged["data"]["object"]
    for since, kind, undo in CHANGES:
        if version < since and obj.get("object") == kind:
            undo(obj, charge)
    return aged


def _with_invoice(obj: Payload, _charge: Payload | None) -> None:
    obj["invoice"] = None


def _with_shipping_details(session: Payload, _charge: Payload | None) -> None:
    session["shipping_details"] = None
    session.pop("collected_information", None)


def _captured_at_once(intent: Payload, _charge: Payload | None) -> None:
    if intent["capture_method"] == "automatic_async":
        intent["capture_method"] = "automatic"


def _with_charges(intent: Payload, charge: Payload | None) -> None:
    """Before latest_charge there was a list with the newest charge first."""
    intent.pop("latest_charge", None)
    found = [] if charge is None else [deepcopy(charge)]
    for each in found:
        _with_invoice(each, None)
        _with_refunds(each, None)
    intent["charges"] = _a_list(f"/v1/charges?payment_intent={intent['id']}", found)


def _with_refunds(charge: Payload, _charge: Payload | None) -> None:
    charge.setdefault("refunds", _a_list(f"/v1/charges/{charge['id']}/refunds", []))


def _with_old_shipping(session: Payload, _charge: Payload | None) -> None:
    session["shipping"] = session.pop("shipping_details")
    session["shipping_rate"] = None
    session.pop("shipping_cost", None)


def _a_list(url: str, data: list[Payload]) -> Payload:
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}


# Newest first: each entry undoes one change, so an old version passes through all that came after it.
CHANGES: tuple[tuple[str, str, Callable[[Payload, Payload | None], None]], ...] = (
    ("2025-03-31.basil", "charge", _with_invoice),
    ("2025-03-31.basil", "payment_intent", _with_invoice),
    ("2025-03-31.basil", "checkout.session", _with_shipping_details),
    ("2024-04-10", "payment_intent", _captured_at_once),
    ("2022-11-15", "charge", _with_refunds),
    ("2022-11-15", "payment_intent", _with_charges),
    ("2022-08-01", "checkout.session", _with_old_shipping),
)
