"""Whoever has a real clinic's settings in the shell may try the tools all the same: nobody outside hears of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.faults import production
from scripts import run, stack

REAL = {
    "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
    "ANYMAIL_POSTMARK_SERVER_TOKEN": "real",
    "SMS_FALLBACK_BACKEND": "notifications.sms.apprise.Backend",
    "STRIPE_API_KEY": "sk_live_real",
    "SMS_STATUS_CALLBACK_URL": "https://clinic.example/sms",
    "WORKER_LANES": "sending",
    "DATABASE_URL": "postgresql://clinic.example/payments",
    "HTTPS_PROXY": "http://proxy.example:3128",
}


@pytest.fixture(autouse=True)
def exported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real clinic's shell."""
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)


def left_of_it(env: dict[str, str]) -> set[str]:
    """Which of the real values are in an environment."""
    return {name for name, value in REAL.items() if env.get(name) == value}


def test_nothing_of_it_is_among_what_a_program_needs() -> None:
    env = stack.surroundings()

    assert left_of_it(env) == set()
    assert not set(env) & set(run.documented())
    assert env["PATH"]


def test_nothing_of_it_reaches_the_services_that_are_killed(tmp_path: Path) -> None:
    postgresql: Any = SimpleNamespace(url=lambda service: f"postgresql:///{service}")

    services = production.services(
        tmp_path, postgresql=postgresql, redis_url="redis://", email_url="smtp://127.0.0.1:9", twilio_url="http://9"
    )

    assert {name: left_of_it(dict(env)) for name, env in services.env.items()} == {key: set() for key in services.env}


def test_nothing_of_it_reaches_the_demo(tmp_path: Path) -> None:
    laptop = stack.laptop(tmp_path, ports={stack.PAYMENTS: 1, stack.VISITS: 2}, given={}, around=stack.surroundings())

    assert left_of_it(laptop.env) == set()
    assert laptop.env["EMAIL_URL"].startswith("smtp://127.0.0.1:")
