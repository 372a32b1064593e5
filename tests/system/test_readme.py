"""What README tells to type exists, and fits what the service does."""

from __future__ import annotations

import re
from pathlib import Path

from payments_service.webhooks.handlers import HANDLERS
from tests.system import readme

MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")


def test_the_cli_forwards_exactly_the_events_that_do_something() -> None:
    forward = readme.commands("With the Stripe CLI")[1]

    [events] = re.findall(r"--events (\S+)", forward)

    assert sorted(events.split(",")) == sorted(HANDLERS)


def test_every_make_command_exists() -> None:
    named = re.findall(r"(?:`|^)make ([a-z-]+)", readme.TEXT, re.MULTILINE)

    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)

    assert {"demo", "run", "test"} <= set(named)
    assert set(named) <= set(targets)


def test_the_cli_is_told_where_the_service_listens() -> None:
    forward = readme.commands("With the Stripe CLI")[1]

    procfile = (Path(__file__).parents[2] / "Procfile").read_text(encoding="utf-8")

    assert "--bind ${HOST:-127.0.0.1}:${PORT:-8001}" in procfile
    assert forward.rstrip().endswith("--forward-to 127.0.0.1:8001/webhooks/stripe/")
