"""The official Stripe CLI, run for real as README describes it; only Stripe is played, by scripts/stripe_standin."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.stripe_standin import StandIn
from tests.stripe_events import Payload, by_type
from tests.stripe_events.receiver import Receiver

VERSION = "1.52.0"
ROOT = Path(__file__).parents[2]
HOME = ROOT / "var" / "stripe-cli"
SECRET = "whsec_test_of_the_cli"
EVENTS = (
    "checkout.session.completed,checkout.session.async_payment_succeeded,payment_intent.succeeded,"
    "charge.succeeded,charge.updated"
)
PATIENCE = 20  # seconds


@pytest.fixture(scope="session")
def installed() -> Path:
    """The CLI's command, installed by npm under var/ at its first use."""
    package = HOME / "node_modules" / "@stripe" / "cli" / "package.json"
    if not package.exists() or f'"version": "{VERSION}"' not in package.read_text(encoding="utf-8"):
        _install()
    return HOME / "node_modules" / ".bin" / "stripe"


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("The Stripe CLI comes through npm, and npm isn't here: install Node.js 20 or later.", pytrace=False)
    HOME.mkdir(parents=True, exist_ok=True)
    asked = [npm, "install", "--prefix", str(HOME), "--no-save", "--no-audit", "--no-fund", f"@stripe/cli@{VERSION}"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        pytest.fail(f"npm couldn't install @stripe/cli {VERSION}: {' '.join(reasons[:3])}", pytrace=False)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(secret=SECRET) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


class Cli:
    """The CLI in a home of its own, so that nobody's login is used and nothing but the stand-in is called."""

    def __init__(self, command: Path, home: Path, *, api_base: str) -> None:
        self._command = command
        self._home = home
        self._api_base = api_base

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            self._line(arguments),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def listening(self, *arguments: str) -> Iterator[Path]:
        """`stripe listen` in the background, from when it says that it is ready until Ctrl-C; yields its output."""
        log = self._home / "listen.log"
        with log.open("w") as output:
            line = self._line(("listen", *arguments))
            process = subprocess.Popen(
                line, env=self._environment(), stdout=output, stderr=output, start_new_session=True
            )
            try:
                wait_until(lambda: "Ready!" in log.read_text(), "stripe listen gets ready")
                yield log
            finally:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(PATIENCE)

    def _line(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(self._command), *arguments, "--api-base", self._api_base]

    def _environment(self) -> dict[str, str]:
        key = {"STRIPE_API_KEY": "sk_test_of_nobody_at_all", "STRIPE_CLI_TELEMETRY_OPTOUT": "1"}
        return {"HOME": str(self._home), "XDG_CONFIG_HOME": str(self._home), "PATH": os.environ["PATH"]} | key


@pytest.fixture
def cli(installed: Path, standin: StandIn, tmp_path: Path) -> Cli:
    return Cli(installed, tmp_path, api_base=standin.url)


def wait_until(reached: Callable[[], bool], what: str) -> None:
    """Look again and again; fail with a sentence when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, f"Waited {PATIENCE} seconds in vain until {what}."
        time.sleep(0.05)


def forwarded(standin: StandIn, receiver: Receiver, *, count: int) -> list[Payload]:
    wait_until(lambda: len(standin.forwarded) >= count, f"{count} events are forwarded")
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
