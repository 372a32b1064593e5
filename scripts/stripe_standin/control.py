"""The stand-in's own door, under /_standin/: let a payer pay, give money back, send events, read what came."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from scripts.stripe_standin.replies import Call, Refused
from tests.stripe_events import EMAIL, NAME, VISA, Payload

if TYPE_CHECKING:
    from scripts.stripe_standin.server import StandIn


def pay(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/sessions/{id}/pay: `email`, `name`, `brand`, `last4`; with `deliver` also what deliver takes."""
    given = call.params
    card = (given.get("brand", VISA[0]), given.get("last4", VISA[1]))
    email, name = given.get("email", EMAIL), given.get("name", NAME)
    events = standin.pay(call.parts[0], email=email or None, name=name or None, card=card)
    return {"events": events, "deliveries": _deliver(standin, events, call) if given.get("deliver") else []}


def refund(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/charges/{id}/refund: `amount`; with `deliver` also what deliver takes."""
    events = standin.refund(call.parts[0], amount=int(call.params["amount"]))
    return {"events": events, "deliveries": _deliver(standin, events, call) if call.params.get("deliver") else []}


def bounce(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/refunds/{id}/bounce: the bank sends it back; with `deliver` also what deliver takes."""
    events = standin.bounce(call.parts[0])
    return {"events": events, "deliveries": _deliver(standin, events, call) if call.params.get("deliver") else []}


def deliver(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/deliver: `events` (ids, in the order to send), `times`, `thin` to send their thin twins."""
    by_id = {event["id"]: event for event in standin.account.events}
    unknown = [id for id in call.params.get("events", []) if id not in by_id]
    if unknown:
        raise Refused(404, f"No such event: {', '.join(unknown)}")
    return {"deliveries": _deliver(standin, [by_id[id] for id in call.params.get("events", [])], call)}


def _deliver(standin: "StandIn", events: list[Payload], call: Call) -> list[Payload]:
    order = [int(n) for n in call.params["order"].split(",")] if call.params.get("order") else None
    times, thin = int(call.params.get("times", 1)), bool(call.params.get("thin"))
    return [asdict(each) for each in standin.deliver(events, order=order, times=times, thin=thin)]


def keep(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/objects: let Stripe know this `object`, in JSON."""
    obj: Payload = json.loads(call.params["object"])
    with standin.account.lock:
        return standin.account.keep(obj)


def fail(standin: "StandIn", call: Call) -> Payload:
    """POST /_standin/fail: let the next `times` calls of the API end with `status`, and with `retry_after` if given."""
    given = call.params
    wait = int(given["retry_after"]) if "retry_after" in given else None
    standin.fail(status=int(given.get("status", 503)), times=int(given.get("times", 1)), retry_after=wait)
    return {}


def requests(standin: "StandIn", call: Call) -> Payload:
    """GET /_standin/requests: everything that reached the API, as it came, oldest first."""
    return {"requests": standin.requests}


def forwarded(standin: "StandIn", call: Call) -> Payload:
    """GET /_standin/forwarded: what the Stripe CLI told about the events that it forwarded."""
    return {"forwarded": standin.forwarded}


ROUTES = (
    ("POST", r"/_standin/sessions/([\w-]+)/pay", pay),
    ("POST", r"/_standin/charges/([\w-]+)/refund", refund),
    ("POST", r"/_standin/refunds/([\w-]+)/bounce", bounce),
    ("POST", r"/_standin/deliver", deliver),
    ("POST", r"/_standin/objects", keep),
    ("POST", r"/_standin/fail", fail),
    ("GET", r"/_standin/requests", requests),
    ("GET", r"/_standin/forwarded", forwarded),
)
