"""One payment through the real stack, from a checkout to the mailbox."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import requests

from scripts import stack
from scripts.demo.story import Outcome, Story, letters_to
from scripts.processes import Trouble, eventually

TITLE = "One payment, from checkout to mailbox"
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


def journey(laptop: stack.Stack, story: Story) -> Outcome:
    """A checkout for a visit, its payment, Stripe's events in disorder, and what came of them."""
    api, standin = Api(laptop), laptop.env["STRIPE_API_BASE"]
    checkout = story.tell("checkout", api.open_checkout, result=lambda made: f"{made['id']}, {made['status']}")
    events = story.tell(
        "payment",
        lambda: pay(standin, checkout["stripe_session_id"]),
        result=lambda sent: f"{len(sent)} events by Stripe",
    )
    intent = next(event["data"]["object"]["id"] for event in events if event["type"] == "payment_intent.succeeded")
    story.tell("webhooks", lambda: deliver(standin, events), result=answered)
    story.tell(
        "receipt", lambda: eventually(lambda: api.receipts(intent), "no receipt came"), result=lambda r: r[0]["number"]
    )
    story.tell(
        "email", lambda: eventually(lambda: api.settled(intent), "no email went out"), result=lambda r: r[0]["delivery"]
    )
    receipts = api.receipts(intent)
    pdfs = [api.download(receipt, to=laptop.directory) for receipt in receipts]
    return outcome(pdfs, letters_to(VISIT["patient"]["email"], laptop.mail))


def outcome(pdfs: list[Path], emails: list[Path]) -> Outcome:
    """Good means exactly one of each."""
    counted = f"expected one receipt and one email of the payment, got {len(pdfs)} and {len(emails)}"
    return Outcome(files=[*pdfs, *emails], wrong="" if len(pdfs) == len(emails) == 1 else counted)


def pay(standin: str, session_id: str) -> list[dict[str, Any]]:
    """The payer pays on Stripe's page; what Stripe would send."""
    answer = requests.post(f"{standin}/_standin/sessions/{session_id}/pay", timeout=10)
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

    def settled(self, intent: str) -> list[dict[str, Any]]:
        """The documents, once the email was accepted and no row of any stage wants work."""
        lines = requests.get(self.metrics, timeout=10).text.splitlines()
        idle = all(line.endswith(" 0.0") for line in lines if line.startswith("rows_unfinished{"))
        receipts = self.receipts(intent)
        return receipts if idle and all(receipt["delivery"] == "sent" for receipt in receipts) else []

    def download(self, receipt: dict[str, Any], *, to: Path) -> Path:
        """The PDF, by the address that the API gives."""
        answer = self.session.get(receipt["pdf"], timeout=10)
        answer.raise_for_status()
        path = to / f"{receipt['number']}.pdf"
        path.write_bytes(answer.content)
        return path
