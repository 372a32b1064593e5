"""The worker of visits_service is several lanes that live and end together."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servicekit import lanes
from tests import processes, shape

PATIENCE_SECONDS = 60


@contextmanager
def worker(log: Path) -> Iterator[processes.Process]:
    """Three lanes of one process each, all of them ready."""
    app = ("visits_service.config.celery_app", "--service", "visits")
    wanted = ("--lane", "reminders,sweeps:solo:1", "--lane", "email:threads:2", "--lane", "sms:threads:2")
    started = processes.Process("servicekit.lanes", *app, *wanted, env=os.environ, log=log)
    try:
        processes.eventually(lambda: started.output().count("ready.") == 3, why=started.output, within=PATIENCE_SECONDS)
        yield started
    finally:
        started.kill()


def lanes_of(started: processes.Process) -> list[int]:
    """The ids of its living lanes."""
    pid = started.running.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid: int) -> bool:
    """Whether a process is there and isn't a remnant that nobody has asked after."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_asked_to_stop_all_lanes_finish_and_it_ends_well(tmp_path: Path) -> None:
    with worker(tmp_path / "worker.log") as started:
        children = lanes_of(started)
        started.running.send_signal(signal.SIGTERM)
        code = started.running.wait(PATIENCE_SECONDS)

    assert len(children) == 3
    assert code == 0
    assert not any(lives(child) for child in children)


def test_a_lane_that_ends_by_itself_takes_the_others_along(tmp_path: Path) -> None:
    with worker(tmp_path / "worker.log") as started:
        children = lanes_of(started)
        os.kill(children[1], signal.SIGKILL)
        code = started.running.wait(PATIENCE_SECONDS)

    assert code == 1
    assert not any(lives(child) for child in children)


def test_no_lane_outlives_a_worker_that_was_killed(tmp_path: Path) -> None:
    with worker(tmp_path / "worker.log") as started:
        children = lanes_of(started)
        os.kill(started.running.pid, signal.SIGKILL)
        processes.eventually(lambda: not any(lives(child) for child in children), within=PATIENCE_SECONDS)


@pytest.mark.parametrize("wrong", ["email", "email:threads", "email:gevents:3", "email:threads:0", "E mail:solo:1"])
def test_a_lane_that_makes_no_sense_is_refused_with_what_is_expected(wrong: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="email:threads:32"):
        lanes.parsed(wrong)


def test_a_lane_is_a_plain_celery_worker() -> None:
    lane = lanes.parsed("reminders,sweeps:prefork:2")

    command = lanes.command_of(lane, app="visits_service.config.celery_app", service="visits")

    assert command[:5] == [sys.executable, "-m", "celery", "-A", "visits_service.config.celery_app"]
    assert command[command.index("-Q") + 1] == "visits.reminders,visits.sweeps"
    assert command[command.index("--hostname") + 1] == "visits-reminders@%h"
    assert "servicekit.lanes" in shape.command_of("visits-worker")
