"""What `make run` takes from the Stripe CLI, which is played by a script of its name."""

import os
from pathlib import Path

import pytest

from scripts import stripe_cli

KEY = {"STRIPE_API_KEY": "sk_test_fake"}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `stripe` on PATH that tells a secret for this key only."""
    command = tmp_path / "stripe"
    command.write_text(
        '#!/bin/sh\n[ "$STRIPE_API_KEY $*" = "sk_test_fake listen --print-secret" ] && echo whsec_of_cli\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return command


@pytest.mark.usefixtures("cli")
def test_the_secret_is_the_clis_unless_one_is_named() -> None:
    assert stripe_cli.secret(KEY) == {"STRIPE_WEBHOOK_SECRETS": "whsec_of_cli"}
    assert stripe_cli.secret({**KEY, "STRIPE_WEBHOOK_SECRETS": "whsec_mine"}) == {}
    assert stripe_cli.secret({}) == {}


@pytest.mark.usefixtures("cli")
def test_a_cli_that_tells_nothing_is_said_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert stripe_cli.secret({"STRIPE_API_KEY": "sk_test_of_nobody"}) == {}

    assert "doesn't tell its secret" in capsys.readouterr().err


def test_without_a_cli_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert stripe_cli.secret(KEY) == {}
