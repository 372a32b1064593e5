"""The slowest measurement of receipts runs beside the other tests, in a process of its own, and is asked at the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def many_renders() -> Iterator[subprocess.Popen[str]]:
    """A process that renders 1,000 receipts."""
    command = [sys.executable, "-m", "tests.receipts.many_renders"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture(scope="session", autouse=True)
def _many_renders_start_early(request: pytest.FixtureRequest) -> None:
    if any("many_renders" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("many_renders")
