"""The part of Stripe's API that gives money back: refunds, made and failing, and disputes to look up. Beside api.py."""

import time

from scripts.stripe_standin.account import Account
from scripts.stripe_standin.api import ID, number
from scripts.stripe_standin.replies import Call, Refused, listing, missing
from tests.stripe_events import Payload, events_of_a_failing_refund, events_of_a_refund, refunded


def create_refund(account: Account, call: Call) -> Payload:
    """POST /v1/refunds of a `charge` or a `payment_intent`, all that is left of it or an `amount`."""
    charge = _charge_of(account, call.params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = number(call.params["amount"], "amount") if "amount" in call.params else left
    if not left:
        raise Refused(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise Refused(400, f"Refund amount ({amount}) is not between 1 and what is left ({left}).", param="amount")
    told = give_back(account, charge, amount=amount, reason=call.params.get("reason"))
    return account.find("refund", told[0]["data"]["object"]["id"])


def give_back(account: Account, charge: Payload, *, amount: int, reason: str | None = None) -> list[Payload]:
    """Refund so much of a charge; the four events that Stripe sends about it."""
    earlier = [each for each in account.newest("refund") if each["charge"] == charge["id"]]
    events = events_of_a_refund(
        charge, amount=amount, earlier=earlier, created=int(time.time()), livemode=charge["livemode"], reason=reason
    )
    refund = account.keep(events[-1]["data"]["object"])
    account.keep(refunded(charge, [refund, *earlier]))
    return account.publish(events)


def bounce(account: Account, refund: Payload) -> list[Payload]:
    """The bank sends a refund back; the events that Stripe sends about it."""
    charge = account.find("charge", refund["charge"])
    events = events_of_a_failing_refund(refund, created=int(time.time()), livemode=charge["livemode"])
    account.keep(events[0]["data"]["object"])
    account.keep(charge | {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False})
    return account.publish(events)


def get_refund(account: Account, call: Call) -> Payload:
    """GET /v1/refunds/{id}, as it is now."""
    return account.find("refund", call.parts[0])


def list_refunds(account: Account, call: Call) -> Payload:
    """GET /v1/refunds, newest first, all of them or those of a `charge` or a `payment_intent`, by `created`."""
    return listing(call.path, _asked(account, "refund", call), call.params)


def get_dispute(account: Account, call: Call) -> Payload:
    """GET /v1/disputes/{id}, as it is now."""
    return account.find("dispute", call.parts[0])


def list_disputes(account: Account, call: Call) -> Payload:
    """GET /v1/disputes, as refunds are listed."""
    return listing(call.path, _asked(account, "dispute", call), call.params)


def _asked(account: Account, kind: str, call: Call) -> list[Payload]:
    wanted = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    made = account.seen_by(call.account, account.made(kind, call.params.get("created", {})))
    return [each for each in made if wanted.items() <= each.items()]


def _charge_of(account: Account, params: Payload) -> Payload:
    if "charge" in params:
        return account.find("charge", params["charge"])
    if "payment_intent" not in params:
        raise missing("payment_intent")
    return account.find("charge", account.find("payment_intent", params["payment_intent"])["latest_charge"])


ROUTES = (
    ("POST", r"/v1/refunds", create_refund),
    ("GET", r"/v1/refunds", list_refunds),
    ("GET", rf"/v1/refunds/{ID}", get_refund),
    ("GET", r"/v1/disputes", list_disputes),
    ("GET", rf"/v1/disputes/{ID}", get_dispute),
)
