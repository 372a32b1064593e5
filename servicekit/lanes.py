"""One worker process with several lanes, so that slow work on one never holds up another: `python -m servicekit.lanes`.

Each lane is a plain Celery worker with queues and a pool of its own, started and ended together. A provider that hangs
fills the threads of its own lane; the other lanes go on, and its nudges wait in Redis. In production a lane may as well
be run alone, as the `celery` command that `command_of` gives.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from servicekit import alive

LANE = re.compile(r"(?P<queues>[a-z]+(?:,[a-z]+)*):(?P<pool>prefork|threads|solo):(?P<concurrency>[1-9][0-9]{0,3})")
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
POOL = "8"
PATIENCE_SECONDS = 30.0
"""What is being sent may be finished; a worker that takes longer is killed, and its rows come back."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Queues (without the service's prefix), the kind of Celery pool, and how much runs at once."""

    queues: tuple[str, ...]
    pool: str
    concurrency: int

    @property
    def name(self) -> str:
        """As it stands in logs."""
        return self.queues[0]


def parsed(text: str) -> Lane:
    """A lane as it is written on the command line: `email:threads:32`. Raises ArgumentTypeError."""
    if not (found := LANE.fullmatch(text)):
        raise argparse.ArgumentTypeError(f"expected queues:pool:concurrency such as email:threads:32, got {text!r}")
    return Lane(tuple(found["queues"].split(",")), found["pool"], int(found["concurrency"]))


def command_of(lane: Lane, *, app: str, service: str) -> list[str]:
    """The Celery worker of one lane."""
    queues = ",".join(f"{service}.{queue}" for queue in lane.queues)
    place = ["-Q", queues, "--hostname", f"{node(lane, service=service)}@%h", "--loglevel", "INFO"]
    pool = ["--pool", lane.pool, "--concurrency", str(lane.concurrency), "--without-gossip", "--without-mingle"]
    return [sys.executable, "-m", "celery", "-A", app, "worker", *place, *pool]


def node(lane: Lane, *, service: str) -> str:
    """The worker's name, which also shows that it lives."""
    return f"{service}-{lane.name}"


def main() -> int:
    """Run until somebody asks to stop, which is 0; 1 when a lane ends by itself, and then all of them end."""
    parser = argparse.ArgumentParser(prog="python -m servicekit.lanes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("app", help="the Celery application, such as visits_service.config.celery_app")
    parser.add_argument("--service", required=True, help="the prefix of its queues")
    parser.add_argument("--lane", type=parsed, action="append", required=True, help="queues:pool:concurrency")
    args = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    for lane in args.lane:
        alive.expect(node(lane, service=args.service))
    running = [start(lane, command_of(lane, app=args.app, service=args.service)) for lane in args.lane]
    asked = wait(running)
    end(running)
    return 0 if asked else 1


def start(lane: Lane, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A lane in a group of its own: a terminal's Ctrl-C reaches only us, or Celery would hear it twice.

    Threads share a few connections to the database, unless the environment says otherwise.
    """
    env = {**({"DATABASE_POOL": POOL} if lane.pool == "threads" else {}), **os.environ}
    return subprocess.Popen(command, env=env, process_group=0, preexec_fn=in_child)  # noqa: S603, PLW1509 - ours; no threads


def in_child() -> None:
    """Hear signals again, and end when this process is killed: nobody else would end the lane."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    with suppress(OSError, AttributeError):  # only Linux has it
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def wait(running: Sequence[subprocess.Popen[bytes]]) -> bool:
    """Return once somebody asks to stop (True), or a lane has ended by itself (False)."""
    while all(process.poll() is None for process in running):
        if signal.sigwait(HEARD) != signal.SIGCHLD:
            return True
    return False


def end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every lane to finish what it does, and insist after a while."""
    for process in running:
        process.terminate()
    insist_at = time.monotonic() + PATIENCE_SECONDS
    for process in running:
        try:
            process.wait(max(0.0, insist_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
