"""The official Stripe CLI, run for real as README describes it; only Stripe is played, by scripts/stripe_standin."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stripe_standin import StandIn
from tests.processes import eventually
from tests.stripe_events import Payload, by_type
from tests.stripe_events.receiver import Receiver
from tests.system.stripe_cli import Cli

pytestmark = pytest.mark.stripe_cli
SECRET = "whsec_test_of_the_cli"
EVENTS = (
    "checkout.session.completed,checkout.session.async_payment_succeeded,payment_intent.succeeded,"
    "charge.succeeded,charge.updated"
)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(secret=SECRET) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def cli(standin: StandIn, tmp_path: Path) -> Cli:
    return Cli(tmp_path, api_base=standin.url)


def forwarded(standin: StandIn, receiver: Receiver, *, count: int) -> list[Payload]:
    eventually(lambda: len(standin.forwarded) >= count, why=lambda: f"{count} events expected: {standin.forwarded}")
    return receiver.events(SECRET)


def test_the_cli_prints_the_secret_that_it_signs_with(cli: Cli) -> None:
    done = cli.run("listen", "--print-secret")

    assert (done.returncode, done.stdout.strip()) == (0, SECRET)


def test_listen_asks_what_to_listen_to(cli: Cli, receiver: Receiver) -> None:
    done = cli.run("listen", "--forward-to", receiver.url)

    assert done.returncode == 1
    assert "must specify events to forward using --events, --all-snapshot, or --all-thin" in done.stderr


def test_a_triggered_checkout_arrives_signed_with_the_payers_address(
    cli: Cli, standin: StandIn, receiver: Receiver
) -> None:
    with cli.listening("--events", EVENTS, "--forward-to", receiver.url.removeprefix("http://")):
        done = cli.run("trigger", "checkout.session.completed")
        events = forwarded(standin, receiver, count=4)

    assert done.returncode == 0, done.stdout
    assert sorted(event["type"] for event in events) == [
        "charge.succeeded",
        "charge.updated",
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]
    session = by_type(events, "checkout.session.completed")["data"]["object"]
    assert session["customer_details"]["email"] == "stripe@example.com"
    assert (session["payment_status"], session["amount_total"], session["currency"]) == ("paid", 3000, "usd")
    assert session["payment_intent"] == by_type(events, "payment_intent.succeeded")["data"]["object"]["id"]


def test_a_triggered_payment_intent_has_nobody_to_write_to(cli: Cli, standin: StandIn, receiver: Receiver) -> None:
    with cli.listening("--events", EVENTS, "--forward-to", receiver.url):
        cli.run("trigger", "payment_intent.succeeded")
        events = forwarded(standin, receiver, count=3)

    intent = by_type(events, "payment_intent.succeeded")["data"]["object"]
    charge = by_type(events, "charge.succeeded")["data"]["object"]
    assert (intent["amount"], intent["currency"], intent["receipt_email"]) == (2000, "usd", None)
    assert (charge["billing_details"]["email"], charge["billing_details"]["name"]) == (None, None)


def test_a_trigger_takes_the_address_and_the_reference_that_it_is_given(
    cli: Cli, standin: StandIn, receiver: Receiver
) -> None:
    given = (
        "--override", "payment_method:billing_details.email=ada@example.com",
        "--add", "checkout_session:client_reference_id=visit_7",
    )  # fmt: skip

    with cli.listening("--events", "checkout.session.completed", "--forward-to", receiver.url):
        cli.run("trigger", "checkout.session.completed", *given)
        (event,) = forwarded(standin, receiver, count=1)

    session = event["data"]["object"]
    assert (session["customer_details"]["email"], session["client_reference_id"]) == ("ada@example.com", "visit_7")


def test_an_event_is_sent_again_when_asked(cli: Cli, standin: StandIn, receiver: Receiver) -> None:
    with cli.listening("--events", "charge.succeeded", "--forward-to", receiver.url):
        cli.run("trigger", "charge.succeeded")
        (first,) = forwarded(standin, receiver, count=1)
        cli.run("events", "resend", first["id"])
        first, again = forwarded(standin, receiver, count=2)

    assert again["id"] == first["id"]
