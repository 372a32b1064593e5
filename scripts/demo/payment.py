"""One payment through the real stack, from a checkout to the mailbox, and a part of it that goes back."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import requests

from receipts import money
from scripts import stack
from scripts.demo.story import Outcome, Story, letters_to
from scripts.processes import Trouble, eventually

TITLE = "One payment, from checkout to mailbox, and a partial refund"
VISIT: dict[str, Any] = {
    "visit_id": "visit-1042",
    "currency": "eur",
    "lines": [
        {"description": "Consultation, 30 minutes", "quantity": 1, "unit_amount": 9000},
        {"description": "Blood test", "quantity": 2, "unit_amount": 1500},
    ],
    "patient": {"name": "Zofia Wiśniewska", "email": "zofia@patient.example", "locale": "pl"},
    "service": {"date": "2026-11-20", "practitioner": "Dr. Grace Hopper", "code": "89.01"},
    "success_url": "https://clinic.example/thank-you",
    "cancel_url": "https://clinic.example/come-back",
}


REFUNDED = 1500
"""In cents: one of the two blood tests wasn't made."""


def journey(laptop: stack.Stack, story: Story) -> Outcome:
    """A checkout for a visit, its payment, a refund of a part, Stripe's events in disorder, and what came of them."""
    api, standin = Api(laptop), laptop.env["STRIPE_API_BASE"]
    charge = paid(api, standin, story)
    refunded(api, standin, story, charge)
    documents = api.receipts(charge["payment_intent"])
    pdfs = [api.download(document, to=laptop.directory) for document in documents]
    kinds = [document["kind"] for document in documents]
    return outcome(kinds, pdfs, letters_to(VISIT["patient"]["email"], laptop.mail))


def paid(api: Api, standin: str, story: Story) -> dict[str, Any]:
    """From the checkout to the receipt in the mailbox; the charge of it."""
    checkout = story.tell("checkout", api.open_checkout, result=lambda made: f"{made['id']}, {made['status']}")
    events = story.tell("payment", lambda: pay(standin, checkout["stripe_session_id"]), result=sent)
    charge = next(event["data"]["object"] for event in events if event["type"] == "charge.succeeded")
    intent = charge["payment_intent"]
    story.tell("webhooks", lambda: deliver(standin, events), result=answered)
    story.tell("receipt", lambda: eventually(lambda: api.receipts(intent), "no receipt came"), result=newest)
    story.tell("email", lambda: eventually(lambda: api.settled(intent, documents=1), "no email went out"), result=fares)
    return dict(charge)


def refunded(api: Api, standin: str, story: Story, charge: dict[str, Any]) -> None:
    """From the refund to its document in the mailbox."""
    intent = charge["payment_intent"]
    events = story.tell("refund", lambda: give_back(standin, charge["id"]), result=sent)
    story.tell("webhooks", lambda: deliver(standin, events), result=answered)
    story.tell(
        "its document",
        lambda: eventually(lambda: api.receipts(intent)[1:], "no document of the refund came"),
        result=newest,
    )
    story.tell(
        "its email",
        lambda: eventually(lambda: api.settled(intent, documents=2), "no email of it went out"),
        result=fares,
    )
    story.tell("balance", lambda: api.payment(intent), result=balance)


def outcome(kinds: list[str], pdfs: list[Path], emails: list[Path]) -> Outcome:
    """Good means a receipt and a refund's document, each in one email, and nothing else."""
    good = kinds == ["receipt", "refund"] and len(emails) == len(kinds)
    counted = f"expected a receipt, a refund and two emails of the payment, got {kinds} and {len(emails)}"
    return Outcome(files=[*pdfs, *emails], wrong="" if good else counted)


def pay(standin: str, session_id: str) -> list[dict[str, Any]]:
    """The payer pays on Stripe's page; what Stripe would send."""
    answer = requests.post(f"{standin}/_standin/sessions/{session_id}/pay", timeout=10)
    answer.raise_for_status()
    events: list[dict[str, Any]] = answer.json()["events"]
    return events


def give_back(standin: str, charge_id: str) -> list[dict[str, Any]]:
    """The clinic refunds a part in Stripe's Dashboard; what Stripe would send."""
    address = f"{standin}/_standin/charges/{charge_id}/refund"
    answer = requests.post(address, data={"amount": REFUNDED}, timeout=10)
    answer.raise_for_status()
    events: list[dict[str, Any]] = answer.json()["events"]
    return events


def deliver(standin: str, events: list[dict[str, Any]]) -> list[int]:
    """Every event twice, in an order that no one chose; the answers' statuses."""
    doubled = [event["id"] for event in events * 2]
    random.shuffle(doubled)
    form = {f"events[{place}]": event_id for place, event_id in enumerate(doubled)}
    answer = requests.post(f"{standin}/_standin/deliver", data=form, timeout=30)
    answer.raise_for_status()
    return [each["status"] for each in answer.json()["deliveries"]]


def answered(statuses: list[int]) -> str:
    """The answers in a few words."""
    return f"{len(statuses)} posts, doubled and shuffled: {statuses.count(200)} x 200"


def sent(events: list[dict[str, Any]]) -> str:
    """How many events there are."""
    return f"{len(events)} events by Stripe"


def newest(documents: list[dict[str, Any]]) -> str:
    """The number of the last document."""
    return str(documents[-1]["number"])


def fares(documents: list[dict[str, Any]]) -> str:
    """How the email of the last document fares."""
    return str(documents[-1]["delivery"])


def balance(payment: dict[str, Any]) -> str:
    """What was paid, what went back and what is left, in euros and cents."""
    paid, returned, left = (
        money.format_amount(payment[name], currency="EUR", locale="en") for name in ("amount", "refunded", "balance")
    )
    return f"{paid} paid, {returned} refunded, {left} left"


class Api:
    """The service's own API, as the clinic's booking system calls it."""

    def __init__(self, laptop: stack.Stack) -> None:
        self.base, self.metrics = f"{laptop.web_url()}/api/v1", f"{laptop.web_url()}/metrics"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {laptop.env['API_TOKENS']}"

    def open_checkout(self) -> dict[str, Any]:
        """A checkout for the visit."""
        answer = self.session.post(
            f"{self.base}/checkouts", json=VISIT, headers={"Idempotency-Key": "demo-1"}, timeout=30
        )
        if answer.status_code != 201:
            raise Trouble(f"the checkout was refused: {answer.text}")
        made: dict[str, Any] = answer.json()
        return made

    def receipts(self, intent: str) -> list[dict[str, Any]]:
        """The documents of the payment."""
        answer = self.session.get(f"{self.base}/receipts", params={"payment_intent": intent}, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def payment(self, intent: str) -> dict[str, Any]:
        """The payment, with what has gone back of it."""
        answer = self.session.get(f"{self.base}/payments", params={"payment_intent": intent}, timeout=10)
        answer.raise_for_status()
        [found] = answer.json()
        return dict(found)

    def settled(self, intent: str, *, documents: int) -> list[dict[str, Any]]:
        """The documents, once so many were accepted by email and no row of any stage wants work."""
        lines = requests.get(self.metrics, timeout=10).text.splitlines()
        idle = all(line.endswith(" 0.0") for line in lines if line.startswith("rows_unfinished{"))
        receipts = self.receipts(intent)
        accepted = [receipt for receipt in receipts if receipt["delivery"] == "sent"]
        return receipts if idle and len(accepted) == len(receipts) >= documents else []

    def download(self, receipt: dict[str, Any], *, to: Path) -> Path:
        """The PDF, by the address that the API gives."""
        answer = self.session.get(receipt["pdf"], timeout=10)
        answer.raise_for_status()
        path = to / f"{receipt['number']}.pdf"
        path.write_bytes(answer.content)
        return path
