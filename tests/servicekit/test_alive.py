"""Workers and Beat show that they live, and stop showing it while Redis, and with it their work, is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scripts import embedded
from servicekit import alive
from tests import processes

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ("prefork", "threads", "beat")
SOME_BEATS_SECONDS = 7.0
"""Longer than a heart's beat (two) and a round of Beat's (five)."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[embedded.Redis]:
    with embedded.redis_server(tmp_path / "redis") as server:
        yield server


@contextmanager
def running(logs: Path, files: Path, broker: embedded.Redis) -> Iterator[None]:
    """A worker of either kind of pool, and Beat: each has a folder and a database of Redis to itself, and no work."""
    with ExitStack() as stack:
        for number, kind in enumerate(KINDS):
            redis_url = f"redis://127.0.0.1:{broker.port}/{number}"
            env = {"REDIS_URL": redis_url, "ALIVE_DIR": str(files / kind), "SWEEP_SECONDS": "1"}
            log = logs / f"{kind}.log"
            stack.enter_context(
                processes.beat(log, **env) if kind == "beat" else processes.worker(log, pool=kind, **env)
            )
        yield


def shown_since(moment: float, directory: Path) -> bool:
    """Whether there is a file and each was touched since then."""
    times = [path.stat().st_mtime for path in directory.glob("*")]
    return bool(times) and min(times) > moment


def show_it(files: Path, *, since: float) -> dict[str, bool]:
    """Whether each of them was shown to live since then."""
    return {kind: shown_since(since, files / kind) for kind in KINDS}


def all_show_it(files: Path, *, since: float) -> None:
    """Wait until each of them was shown to live since then."""
    processes.eventually(
        lambda: all(show_it(files, since=since).values()), why=lambda: f"shown: {show_it(files, since=since)}"
    )


def test_they_show_that_they_live_again_and_again_but_not_while_redis_is_away(
    broker: embedded.Redis, tmp_path: Path
) -> None:
    files = tmp_path / "alive"
    with running(tmp_path, files, broker):
        all_show_it(files, since=0)
        all_show_it(files, since=time.time())

        broker.stop()
        time.sleep(SOME_BEATS_SECONDS)
        away = time.time() - SOME_BEATS_SECONDS / 2
        assert show_it(files, since=away) == dict.fromkeys(KINDS, False)

        broker.start()
        all_show_it(files, since=time.time())


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
