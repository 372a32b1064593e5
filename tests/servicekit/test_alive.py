"""Workers and Beat show that they live, and stop showing it while Redis, and with it their work, is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scripts import embedded
from servicekit import alive
from tests import processes

pytestmark = pytest.mark.django_db(transaction=True)
SOME_BEATS_SECONDS = 7.0
"""Longer than a heart's beat (two) and a round of Beat's (five)."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[embedded.Redis]:
    with embedded.redis_server(tmp_path / "redis") as server:
        yield server


def running(kind: str, log: Path, **env: str) -> AbstractContextManager[processes.Process]:
    """A worker, of either kind of pool, or Beat."""
    return processes.beat(log, **env) if kind == "beat" else processes.worker(log, pool=kind, **env)


def shown_since(moment: float, directory: Path) -> bool:
    """Whether there is a file and each was touched since then."""
    times = [path.stat().st_mtime for path in directory.glob("*")]
    return bool(times) and min(times) > moment


@pytest.mark.parametrize("kind", ["prefork", "threads", "beat"])
def test_it_shows_that_it_lives_again_and_again_but_not_while_redis_is_away(
    kind: str, broker: embedded.Redis, tmp_path: Path
) -> None:
    files = tmp_path / "alive"
    with running(
        kind, tmp_path / f"{kind}.log", REDIS_URL=broker.url, ALIVE_DIR=str(files), SWEEP_SECONDS="1"
    ) as started:
        processes.eventually(lambda: shown_since(0, files), why=started.output)
        once = time.time()
        processes.eventually(lambda: shown_since(once, files), why=started.output)

        broker.stop()
        time.sleep(SOME_BEATS_SECONDS)
        away = time.time() - SOME_BEATS_SECONDS / 2
        assert not shown_since(away, files)

        broker.start()
        back = time.time()
        processes.eventually(lambda: shown_since(back, files), why=started.output)


def test_what_is_expected_counts_as_silent_until_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIVE_DIR", str(tmp_path / "alive"))

    alive.expect("visits-email")
    silent = (tmp_path / "alive" / "visits-email").stat().st_mtime
    alive.touch("visits-email")

    assert silent == 0
    assert shown_since(time.time() - 60, tmp_path / "alive")


def test_nothing_is_written_where_nobody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIVE_DIR", raising=False)
    monkeypatch.chdir(tmp_path)

    alive.touch("beat")
    alive.expect("beat")

    assert list(tmp_path.iterdir()) == []
