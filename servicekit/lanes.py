"""One worker process with several lanes, so that slow work on one never holds up another: `python -m servicekit.lanes`.

Each lane is a plain Celery worker with queues and a pool of its own, started and ended together. A provider that hangs
fills the threads of its own lane; the other lanes go on, and its nudges wait in Redis. The application is loaded once
and lanes are forked from it, so that the next one costs a few megabytes. `WORKER_LANES` names those that run here,
where one kind of work has machines of its own.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from celery import Celery
from django.conf import settings

from servicekit import alive, pooling

LANE = re.compile(
    r"(?:(?P<name>[a-z]+)=)?"
    r"(?P<queues>[a-z]+(?:,[a-z]+)*):(?P<pool>prefork|threads|solo):(?P<concurrency>[1-9][0-9]{0,3})"
    r"(?P<yielding>:yielding)?"
)
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
GIVES_WAY = 10
"""How nice a yielding lane is: where processors are short it has a tenth of another's turns, and all that is left."""

PATIENCE_SECONDS = 30.0
"""What is being sent may be finished; a worker that takes longer is killed, and its rows come back."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Its name, queues (without the service's prefix), the kind of Celery pool, and how much runs at once.

    One that is `yielding` leaves processors to the others: what has come far is finished before more is begun.
    """

    name: str
    queues: tuple[str, ...]
    pool: str
    concurrency: int
    yielding: bool = False


def parsed(text: str) -> Lane:
    """A lane as it is written on the command line: `sending=email:threads:32`, or `…:32:yielding`.

    One without a name has that of its first queue. Raises ArgumentTypeError.
    """
    if not (found := LANE.fullmatch(text)):
        raise argparse.ArgumentTypeError(
            f"expected name=queues:pool:concurrency such as email:threads:32, maybe with :yielding, got {text!r}"
        )
    queues = tuple(found["queues"].split(","))
    return Lane(found["name"] or queues[0], queues, found["pool"], int(found["concurrency"]), bool(found["yielding"]))


def chosen(lanes: Sequence[Lane], names: str) -> list[Lane]:
    """Those of these names, separated by commas; all of them without a name. Raises ValueError for a name of none."""
    known = {lane.name: lane for lane in lanes}
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    if unknown := sorted(set(wanted) - set(known)):
        raise ValueError(f"WORKER_LANES: there is no lane {', '.join(unknown)}; there are {', '.join(known)}.")
    return [lane for name, lane in known.items() if name in wanted]


def arguments_of(lane: Lane, *, service: str) -> list[str]:
    """The Celery worker of one lane, as the `celery` command takes it."""
    queues = ",".join(f"{service}.{queue}" for queue in lane.queues)
    place = ["-Q", queues, "--hostname", f"{node(lane, service=service)}@%h", "--loglevel", "INFO"]
    pool = ["--pool", lane.pool, "--concurrency", str(lane.concurrency), "--without-gossip", "--without-mingle"]
    return ["worker", *place, *pool]


def command_of(lane: Lane, *, app: str, service: str) -> list[str]:
    """The same as a command of its own."""
    return [sys.executable, "-m", "celery", "-A", app, *arguments_of(lane, service=service)]


def node(lane: Lane, *, service: str) -> str:
    """The worker's name, which also shows that it lives."""
    return f"{service}-{lane.name}"


def main() -> int:
    """Run until somebody asks to stop, which is 0; 1 when a lane ends by itself, and then all of them end."""
    parser = argparse.ArgumentParser(prog="python -m servicekit.lanes", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("app", help="the Celery application, such as visits_service.config.celery_app")
    parser.add_argument("--service", required=True, help="the prefix of its queues")
    parser.add_argument(
        "--lane", type=parsed, action="append", required=True, help="name=queues:pool:concurrency[:yielding]"
    )
    args = parser.parse_args()
    try:
        lanes = chosen(args.lane, os.environ.get("WORKER_LANES", ""))
    except ValueError as wrong:
        parser.error(str(wrong))
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    for lane in lanes:
        alive.expect(node(lane, service=args.service))
    app = loaded(args.app)
    running = [started(lane, app=app, service=args.service) for lane in lanes]
    asked = wait(running)
    end(running)
    return 0 if asked else 1


def loaded(module: str) -> Celery:
    """The application with all that its lanes need in memory, which none of them has to load again.

    Garbage is looked for only in what comes later: a look at the rest would make each lane have a copy of it.
    """
    app: Celery = importlib.import_module(module).app
    importlib.import_module("celery.bin.celery")
    app.loader.import_default_modules()
    app.finalize()
    gc.collect()
    gc.freeze()
    return app


def preload(lane: Lane) -> None:
    """What the work of this lane needs, and that of others doesn't, before its processes are forked from this one.

    A module that can't be loaded ends the lane, and so the worker: it would fail with each of its tasks.
    """
    for module in {module for queue in lane.queues for module in settings.PRELOADED.get(queue, ())}:
        importlib.import_module(module)
    gc.freeze()


def started(lane: Lane, *, app: Celery, service: str) -> BaseProcess:
    """A lane in a process of its own."""
    forking = multiprocessing.get_context("fork")
    process = forking.Process(target=run, args=(lane, app, service), name=node(lane, service=service))
    process.start()
    return process


def run(lane: Lane, app: Celery, service: str) -> None:
    """In the lane's process: be its Celery worker until it is asked to stop.

    The process has a group of its own: a terminal's Ctrl-C reaches only us, or Celery would hear it twice.
    """
    os.setpgid(0, 0)
    if lane.yielding:
        os.nice(GIVES_WAY)
    with suppress(OSError, AttributeError):  # only Linux has it; elsewhere nobody ends the lane of a killed worker
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    os.environ.setdefault("PGAPPNAME", node(lane, service=service))  # pg_stat_activity shows whose a connection is
    preload(lane)
    if lane.pool == "threads":
        pooling.share(lane.concurrency)
    app.worker_main(arguments_of(lane, service=service))


def wait(running: Sequence[BaseProcess]) -> bool:
    """Return once somebody asks to stop (True), or a lane has ended by itself (False)."""
    while all(process.exitcode is None for process in running):
        if signal.sigwait(HEARD) != signal.SIGCHLD:
            return True
    return False


def end(running: Sequence[BaseProcess]) -> None:
    """Ask every lane to finish what it does, and insist after a while."""
    for process in running:
        process.terminate()
    insist_at = time.monotonic() + PATIENCE_SECONDS
    for process in running:
        process.join(max(0.0, insist_at - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            process.join()


if __name__ == "__main__":
    sys.exit(main())
