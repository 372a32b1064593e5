"""Thin events: what Stripe sends about an event when the endpoint wants it to be small.

The fields are those of https://docs.stripe.com/api/v2/core/events/object as they are delivered.
"""

from datetime import UTC, datetime

from tests.stripe_events.shapes import Payload, an_id

PATHS = {
    "charge": "charges",
    "checkout.session": "checkout/sessions",
    "dispute": "disputes",
    "payment_intent": "payment_intents",
    "refund": "refunds",
}


def a_thin_event(event: Payload, *, context: str | None = None, **fields: object) -> Payload:
    """The thin twin of a snapshot event; `context` is the way to the account, other fields go on top as given."""
    obj = event["data"]["object"]
    url = f"/v1/{PATHS.get(obj['object'], obj['object'] + 's')}/{obj['id']}"
    made = datetime.fromtimestamp(event["created"], UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    thin: Payload = {"id": an_id("evt"), "object": "v2.core.event", "type": f"v1.{event['type']}"}
    thin |= {"livemode": event["livemode"], "created": made, "context": context or event.get("account")}
    thin |= {"reason": None, "snapshot_event": event["id"]}
    return thin | {"related_object": {"id": obj["id"], "type": obj["object"], "url": url}} | fields
