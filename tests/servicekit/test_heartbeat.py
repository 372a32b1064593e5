"""Beat's pulse: heard by a worker, remembered in Redis, passed on to a dead-man's switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import responses
from django.core.cache import cache
from pytest_django import Settings
from structlog.testing import capture_logs

from scripts.embedded import free_port
from servicekit import heartbeat
from tests import processes

WATCHDOG = "https://watchdog.example/secret-path"


@pytest.fixture(autouse=True)
def nothing_heard_yet() -> Iterator[None]:
    cache.delete(heartbeat.KEY)
    yield
    cache.delete(heartbeat.KEY)


@pytest.mark.django_db(transaction=True)
def test_a_worker_hears_beat_and_everybody_can_ask_when(tmp_path: Path) -> None:
    hurried = {"SWEEP_SECONDS": "1"}

    with processes.worker(tmp_path / "worker.log", **hurried), processes.beat(tmp_path / "beat.log", **hurried):
        processes.eventually(lambda: heartbeat.age() is not None, why="no beat was heard")

    assert (heartbeat.age() or 0) < 10


def test_nothing_is_known_before_the_first_beat() -> None:
    assert heartbeat.age() is None


def test_nothing_is_known_while_redis_is_away(settings: Settings) -> None:
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{free_port()}/0"},
    }

    assert heartbeat.age() is None


@responses.activate
def test_the_dead_mans_switch_is_told(settings: Settings) -> None:
    settings.BEAT_PING_URL = WATCHDOG
    told = responses.get(WATCHDOG)

    heartbeat.heartbeat()

    assert told.call_count == 1


@responses.activate
@pytest.mark.parametrize("failure", [requests.ConnectTimeout("secret-path"), requests.ConnectionError("secret-path")])
def test_a_switch_that_does_not_answer_stops_nothing_and_its_address_stays_secret(
    settings: Settings, failure: Exception
) -> None:
    settings.BEAT_PING_URL = WATCHDOG
    responses.get(WATCHDOG, body=failure)

    with capture_logs() as lines:
        heartbeat.heartbeat()

    assert heartbeat.age() is not None
    assert [line["event"] for line in lines] == ["beat_ping_failed"]
    assert "secret-path" not in str(lines)


def test_a_switch_is_optional(settings: Settings) -> None:
    settings.BEAT_PING_URL = ""

    heartbeat.heartbeat()

    assert heartbeat.age() is not None
