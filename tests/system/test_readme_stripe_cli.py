"""README's section on the Stripe CLI, typed word by word into three terminals of a fresh clone."""

from __future__ import annotations

import email
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from payments_service.webhooks.handlers import HANDLERS
from scripts import embedded, processes, run, stack
from scripts.stripe_standin import StandIn
from tests import clone
from tests.clone import Terminal
from tests.processes import answers, eventually
from tests.system import readme, stripe_cli

pytestmark = pytest.mark.stripe_cli
SECRET = "whsec_test_of_the_cli"
SERVE, FORWARD, PAY = readme.commands("With the Stripe CLI")
KEY_ALONE = "export STRIPE_API_KEY=sk_test_...\n"
SETTLED = ("sent", "needs_recipient")
PAY_WITHOUT_ADDRESS = PAY.replace("checkout.session.completed", "payment_intent.succeeded")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clone with its service, and the Stripe that the service and the CLI share."""

    directory: Path
    stripe: StandIn
    env: dict[str, str]
    port: int

    def type(self, block: str) -> str:
        """A block of README with the test key that its reader has, and the port that is free here."""
        return block.replace("sk_test_...", stripe_cli.KEY).replace("127.0.0.1:8001", f"127.0.0.1:{self.port}")

    @contextmanager
    def served(self, typed: str = SERVE) -> Iterator[Terminal]:
        """The first terminal, once everything runs."""
        log = self.directory.parent / "serve.log"
        with clone.terminal(self.type(typed), cwd=self.directory, env=self.env, log=log) as opened:
            eventually(lambda: "ready." in opened.shown, within=90, why=lambda: f"no worker:\n{opened.shown}")
            eventually(lambda: answers(f"http://127.0.0.1:{self.port}/readyz"), why=lambda: f"no web:\n{opened.shown}")
            yield opened

    @contextmanager
    def forwarded(self, typed: str = FORWARD) -> Iterator[Terminal]:
        """The second terminal, once it listens."""
        with stripe_cli.listening(self.type(typed), cwd=self.directory, env=self.env) as opened:
            yield opened

    def pay(self, block: str) -> list[dict[str, Any]]:
        """The third terminal; returns the payment's receipts once its events were forwarded and all work is done."""
        typed = ["sh", "-ec", self.type(block)]
        subprocess.run(typed, cwd=self.directory, env=self.env, check=True, capture_output=True, timeout=60)
        happened = [event for event in self.stripe.account.events if event["type"] in HANDLERS]
        eventually(lambda: len(self.stripe.forwarded) >= len(happened), why=lambda: f"only {self.stripe.forwarded}")
        paid = [event for event in happened if event["type"] == "payment_intent.succeeded"]
        intent = paid[-1]["data"]["object"]["id"]
        eventually(lambda: self.settled(intent), why=lambda: f"unfinished: {self.receipts(intent)}")
        return self.receipts(intent)

    def settled(self, intent: str) -> bool:
        """Whether there are receipts and nothing will change; asked twice, as a row may move on between two counts."""
        found = self.receipts(intent)
        return bool(found) and found[-1]["delivery"] in SETTLED and self.idle() and self.idle()

    def receipts(self, intent: str) -> list[dict[str, Any]]:
        """What the API says about a payment's receipts."""
        answer = requests.get(
            f"http://127.0.0.1:{self.port}/api/v1/receipts",
            params={"payment_intent": intent},
            headers={"Authorization": "Bearer laptop-token"},
            timeout=10,
        )
        found: list[dict[str, Any]] = answer.json()
        return found

    def idle(self) -> bool:
        """Whether no row of any stage wants work."""
        lines = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=10).text.splitlines()
        unfinished = [line for line in lines if line.startswith("rows_unfinished{")]
        return bool(unfinished) and all(line.endswith(" 0.0") for line in unfinished)

    def asked_by_the_service(self) -> bool:
        """Whether Stripe was asked by anybody else than the CLI."""
        return any("PythonBindings" in call["headers"]["user-agent"] for call in self.stripe.requests)

    def letters(self) -> list[str]:
        """To whom the mails in the mailbox are addressed."""
        mails = sorted((self.directory / "var" / "mail").glob("*.eml"))
        return [str(email.message_from_bytes(mail.read_bytes())["To"]) for mail in mails]


@pytest.fixture
def stripe() -> Iterator[StandIn]:
    with StandIn(secret=SECRET) as running:
        yield running


@pytest.fixture
def clinic(tmp_path: Path, stripe: StandIn) -> Clinic:
    """Port 8001, as README has it, unless somebody is there."""
    path = stripe_cli.on_path(tmp_path / "bin", api_base=stripe.url)
    port = 8001 if free(8001) else embedded.free_port()
    changes = {"PATH": f"{path}:{os.environ['PATH']}", "STRIPE_API_BASE": stripe.url, "PORT": str(port)}
    directory = clone.clone(tmp_path / "clinic-receipts")
    return Clinic(directory, stripe, clone.environment(tmp_path, **changes), port)


def free(port: int) -> bool:
    try:
        run.take("127.0.0.1", port)
    except OSError:
        return False
    return True


@contextmanager
def without_key(clinic: Clinic) -> Iterator[None]:
    """The service's processes with the endpoint's secret alone, so that events must do."""
    given = {"STRIPE_API_KEY": "", "STRIPE_WEBHOOK_SECRETS": SECRET}
    ports = {stack.PAYMENTS: clinic.port, stack.VISITS: embedded.free_port()}
    laptop = stack.laptop(clinic.directory / "var", ports=ports, given=given)
    for service in ports:
        processes.run_command(f"{service}_service", "migrate", "--verbosity", "0", env=laptop.env_of(service))
    with processes.started(laptop) as running:
        processes.wait_until_ready(laptop, running)
        yield


def test_readmes_commands_end_in_one_receipt_and_leave_nothing_running(clinic: Clinic) -> None:
    with clinic.served() as serving, clinic.forwarded() as listening:
        [receipt] = clinic.pay(PAY)
        letters = clinic.letters()
        [unsent] = clinic.pay(PAY_WITHOUT_ADDRESS)
        later = clinic.letters()
        codes = [listening.send(signal.SIGINT), serving.send(signal.SIGINT)]

    assert (receipt["kind"], receipt["amount"], receipt["currency"]) == ("receipt", 3000, "usd")
    assert (receipt["delivery"], letters) == ("sent", ["stripe@example.com"])
    assert (unsent["amount"], unsent["delivery"], later) == (2000, "needs_recipient", letters)
    assert {post["status"] for post in clinic.stripe.forwarded} == {200}
    assert clinic.asked_by_the_service()
    assert codes == [-signal.SIGINT] * 2  # as every command that Ctrl-C ended
    assert clone.running_in(clinic.directory) == []


def test_with_the_key_alone_make_run_and_make_stripe_listen_find_each_other(clinic: Clinic) -> None:
    with clinic.served(f"{KEY_ALONE}make run"), clinic.forwarded(f"{KEY_ALONE}make stripe-listen"):
        [receipt] = clinic.pay(f"{KEY_ALONE}stripe fixtures scripts/fixtures/visit.json")
        letters = clinic.letters()

    assert (receipt["amount"], receipt["currency"], receipt["delivery"]) == (9000, "eur", "sent")
    assert letters == ["ada@example.com"]
    assert {post["status"] for post in clinic.stripe.forwarded} == {200}


def test_without_a_key_events_alone_end_in_one_receipt(clinic: Clinic) -> None:
    with without_key(clinic), clinic.forwarded():
        [receipt] = clinic.pay(PAY)
        [unsent] = clinic.pay(PAY_WITHOUT_ADDRESS)
        letters = clinic.letters()

    assert (receipt["amount"], receipt["delivery"], letters) == (3000, "sent", ["stripe@example.com"])
    assert (unsent["amount"], unsent["delivery"]) == (2000, "needs_recipient")
    assert not clinic.asked_by_the_service()
