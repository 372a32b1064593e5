"""`stripe_lab` against the processes that are deployed: right when they are, and wrong when something is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notifications.models import Message
from payments_service.operating.lab.scenarios import SCENARIOS
from receipts.models import Receipt
from scripts import embedded
from scripts.stripe_standin import StandIn
from tests import processes

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = [each.name for each in SCENARIOS]


@contextmanager
def serving(directory: Path, **changes: str) -> Iterator[dict[str, str]]:
    """Web, worker and Beat; the environment that they and the lab have."""
    port = embedded.free_port()
    env = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "SWEEP_SECONDS": "1", "RECEIPT_SETTLE_SECONDS": "0", **changes}
    with (
        processes.web(directory / "web.log", port=port, **env),
        processes.worker(directory / "worker.log", **env),
        processes.beat(directory / "beat.log", **env),
    ):
        yield env


def lab(*typed: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command as somebody types it."""
    url = ("--url", env["PUBLIC_URL"]) if "PUBLIC_URL" in env else ()
    words = [sys.executable, "-m", "payments_service", "stripe_lab", *typed, *url]
    env = processes.environment(**env)
    return subprocess.run(words, env=env, cwd=processes.ROOT, capture_output=True, text=True, timeout=300, check=False)


def outcomes(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Each scenario's outcome, from the table."""
    cells = [[cell.strip() for cell in line.split("│")] for line in done.stdout.splitlines()]
    return {row[1]: row[3] for row in cells if len(row) > 4 and row[1]}


def test_every_scenario_ends_right_where_the_service_asks_the_stand_in(tmp_path: Path) -> None:
    with StandIn() as stripe:
        asking = {"STRIPE_API_KEY": "sk_test_fake", "STRIPE_API_BASE": stripe.url}
        with serving(tmp_path, **asking) as env:
            done = lab(**env)

    assert outcomes(done) == dict.fromkeys(NAMES, "right"), done.stdout + done.stderr
    assert done.returncode == 0
    assert set(Receipt.objects.values_list("number", flat=True)) == {
        number for number in Receipt.objects.values_list("number", flat=True) if number.startswith("TEST-")
    }
    assert Message.objects.count() == Receipt.objects.count()


def test_without_a_stripe_the_thin_scenario_is_not_run_and_a_service_with_another_secret_is_found_out(
    tmp_path: Path,
) -> None:
    with serving(tmp_path) as env:
        thin = lab("thin", **env)
        mistaken = lab("paid", "wrong-secret", "--patience", "1", **env | {"STRIPE_WEBHOOK_SECRETS": "whsec_mistaken"})

    assert (thin.returncode, outcomes(thin)) == (0, {"thin": "not run"})
    assert "stand-in" in thin.stdout
    assert (mistaken.returncode, outcomes(mistaken)) == (1, {"paid": "wrong", "wrong-secret": "right"})
    assert "400" in mistaken.stdout
    assert Receipt.objects.count() == 0


def test_a_worker_that_is_away_is_a_wrong_outcome(tmp_path: Path) -> None:
    port = embedded.free_port()
    env = {"PUBLIC_URL": f"http://127.0.0.1:{port}"}

    with processes.web(tmp_path / "web.log", port=port, **env):
        done = lab("yen", "--patience", "1", **env)

    assert (done.returncode, outcomes(done)) == (1, {"yen": "wrong"})
    assert "no document instead of receipt 12000 jpy" in done.stdout


def test_it_says_what_is_missing_and_never_plays_with_live_money() -> None:
    nobody = f"http://127.0.0.1:{embedded.free_port()}"

    listed = lab("--list")
    unknown = lab("unpaid")
    live = lab("paid", STRIPE_API_KEY="sk_live_fake")
    away = lab("paid", PUBLIC_URL=nobody)

    assert [line.split()[0] for line in listed.stdout.splitlines()] == NAMES
    assert "There is no scenario unpaid" in unknown.stderr
    assert "STRIPE_API_KEY is live" in live.stderr
    assert f"{nobody} doesn't answer" in away.stderr
    assert [each.returncode for each in (listed, unknown, live, away)] == [0, 1, 1, 1]
