"""`make demo`: one payment through the real stack, from a checkout to the mailbox; then everything is stopped.

Exit code 0 only if exactly one receipt and one email came out of doubled and shuffled events.
"""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
from rich.console import Console
from rich.table import Table

from scripts import embedded, processes, stack
from scripts.processes import Trouble, eventually

ROOT = Path(__file__).resolve().parent.parent
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
T = TypeVar("T")
console = Console()


@dataclass(slots=True)
class Story:
    """What happened, a row each: step, result, seconds."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def tell(self, step: str, work: Callable[[], T], *, result: Callable[[T], str]) -> T:
        """Do the work, show that it goes on, and keep how long it took."""
        started = time.monotonic()
        with console.status(step):
            value = work()
        self.rows.append((step, result(value), time.monotonic() - started))
        return value


def main() -> int:
    """Run the demo in a directory of its own; its logs stay there."""
    directory = ROOT / "var" / "demo"
    shutil.rmtree(directory, ignore_errors=True)
    ports = {service: embedded.free_port() for service in (stack.PAYMENTS, stack.VISITS)}
    laptop = stack.laptop(directory, ports=ports, given={"SWEEP_SECONDS": "2"})
    story = Story()
    try:
        story.tell("database", lambda: migrate(laptop), result=lambda _: "SQLite, migrated")
        with processes.started(laptop) as running:
            story.tell(
                "processes", lambda: processes.wait_until_ready(laptop, running), result=lambda _: ", ".join(running)
            )
            outcome = journey(laptop, story)
    except Trouble as trouble:
        console.print(f"[red]{trouble}[/red]\nThe logs of every process are in {directory}")
        return 1
    show(story, outcome)
    return 0 if outcome.good else 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out; good means exactly one of each."""

    receipts: list[dict[str, Any]]
    pdfs: list[Path]
    emails: list[Path]

    @property
    def good(self) -> bool:
        """One receipt, its PDF, one email."""
        return len(self.receipts) == len(self.pdfs) == len(self.emails) == 1


def migrate(laptop: stack.Stack) -> None:
    """Make the tables."""
    for service in laptop.ports:
        processes.run_command(f"{service}_service", "migrate", "--verbosity", "0", env=laptop.env_of(service))


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
    return Outcome(receipts=receipts, pdfs=pdfs, emails=sorted(laptop.mail.glob("*.eml")))


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


def show(story: Story, outcome: Outcome) -> None:
    """The table, and where to look."""
    table = Table("step", "result", "seconds", title="One payment, from checkout to mailbox")
    for step, result, seconds in story.rows:
        table.add_row(step, result, f"{seconds:.1f}")
    console.print(table)
    for path in [*outcome.pdfs, *outcome.emails]:
        console.print(str(path), soft_wrap=True)
    if not outcome.good:
        counted = f"{len(outcome.receipts)} receipts and {len(outcome.emails)} emails"
        console.print(f"[red]expected one receipt and one email, got {counted}[/red]")


if __name__ == "__main__":
    sys.exit(main())
