"""The Stripe account that the stand-in plays: its objects and its events; api.py and control.py are the doors to it."""

import time
from collections.abc import Callable
from copy import deepcopy
from threading import RLock
from typing import Any

from scripts.stripe_standin.replies import Refused, no_such, within
from tests.stripe_events import VISA, Payload, a_charge, a_payment_intent, an_event, an_id, by_type, events_of, sample

Listener = Callable[[Payload], None]


class Account:
    """Everything in memory, under one lock; `events` is oldest first.

    `delivered` are the ids of those that somebody has answered with a 2xx. `owners` says which connected account a
    session or payment belongs to, if any.
    `secret` signs what is sent, `base_url` and `socket_url` are where the stand-in can be reached.
    """

    def __init__(self, *, secret: str) -> None:
        self.secret = secret
        self.base_url = ""
        self.socket_url = ""
        self.lock = RLock()
        self.objects: dict[str, Payload] = {}
        self.line_items: dict[str, list[Payload]] = {}
        self.intent_data: dict[str, Payload] = {}
        self.owners: dict[str, str] = {}
        self.events: list[Payload] = []
        self.delivered: set[str] = set()
        self.listeners: list[Listener] = []

    def keep(self, obj: Payload) -> Payload:
        """Store an object under its id, also when it was there before."""
        self.objects[obj["id"]] = obj
        return obj

    def find(self, kind: str, id: str) -> Payload:
        """The object of that kind ("checkout.session"), or Stripe's 404."""
        found = self.objects.get(id)
        if found is None or found["object"] != kind:
            raise no_such(kind, id)
        return found

    def newest(self, kind: str) -> list[Payload]:
        """All objects of that kind, newest first."""
        return [each for each in reversed(self.objects.values()) if each["object"] == kind]

    def made(self, kind: str, bounds: dict[str, str]) -> list[Payload]:
        """All objects of that kind that were created inside the range, newest first."""
        found = [each for each in self.newest(kind) if within(each["created"], bounds)]
        return sorted(found, key=lambda each: int(each["created"]), reverse=True)

    def owner_of(self, obj: Payload) -> str:
        """The connected account that an object or event belongs to; empty for our own."""
        ids = (str(obj.get(name)) for name in ("id", "payment_intent"))
        return next((self.owners[id] for id in ids if id in self.owners), str(obj.get("account") or ""))

    def seen_by(self, account: str, found: list[Payload]) -> list[Payload]:
        """Without what belongs to another connected account."""
        return [each for each in found if self.owner_of(each) in ("", account)]

    def publish(self, events: list[Payload]) -> list[Payload]:
        """Put events on record and tell those who listen (the Stripe CLI); a connected account's name it."""
        for event in events:
            if owner := self.owner_of(event["data"]["object"]):
                event["account"] = owner
        self.events += events
        for event in events:
            self.announce(event)
        return events

    def announce(self, event: Payload) -> None:
        """Tell those who listen about one event, also once more."""
        for listener in list(self.listeners):
            listener(event)

    def pay_session(
        self, id: str, *, email: str | None, name: str | None, card: tuple[str, str] = VISA
    ) -> list[Payload]:
        """The payer fills in Stripe's page: the session is paid by a new charge; returns the four events of it."""
        session = self.find("checkout.session", id)
        if session["status"] != "open":
            raise Refused(400, f"This Checkout Session is {session['status']}, so it can't be paid.")
        money = {"amount": session["amount_total"], "currency": session["currency"], "livemode": session["livemode"]}
        intent, charge = _paid(money, email=email, name=name, card=card, given=self.intent_data.get(id, {}))
        if owner := self.owner_of(session):
            self.owners[intent["id"]] = owner
        session |= {"status": "complete", "payment_status": "paid", "url": None, "payment_intent": intent["id"]}
        session["customer_details"] = sample("checkout.session")["customer_details"] | {"email": email, "name": name}
        return self._settle(events_of(session, intent, charge))

    def pay_directly(self, amount: int, currency: str, *, card: tuple[str, str], given: Payload) -> Payload:
        """A payment intent confirmed at once, without Checkout and so without the payer's name; returns the intent."""
        money = {"amount": amount, "currency": currency, "livemode": False}
        intent, charge = _paid(money, email=None, name=None, card=card, given=given)
        self._settle(events_of(None, intent, charge))
        return intent

    def _settle(self, events: list[Payload]) -> list[Payload]:
        """Keep what the events are about, in its last state, and tell of the start before the end."""
        for event in events:
            self.keep(deepcopy(event["data"]["object"]))
        self.publish([_created(by_type(events, "payment_intent.succeeded")["data"]["object"])])
        return self.publish(events)


def _paid(
    money: Payload, *, email: str | None, name: str | None, card: tuple[str, str], given: Payload
) -> tuple[Payload, Payload]:
    """A payment intent and its charge, agreeing with each other and with what the caller set on the intent."""
    pi, ch, pm = an_id("pi"), an_id("ch"), an_id("pm")
    shared: dict[str, Any] = money | {"payment_method": pm, "created": int(time.time())}
    shared |= {"metadata": given.get("metadata", {}), "description": given.get("description")}
    shared |= {"receipt_email": given.get("receipt_email"), "shipping": given.get("shipping")}
    intent = a_payment_intent(id=pi, latest_charge=ch, **shared)
    charge = a_charge(email=email, name=name, card=card, id=ch, payment_intent=pi, **shared)
    return intent, charge


def _created(intent: Payload) -> Payload:
    before = {"status": "requires_payment_method", "amount_received": 0, "latest_charge": None, "payment_method": None}
    return an_event("payment_intent.created", intent | before, created=intent["created"], livemode=intent["livemode"])
