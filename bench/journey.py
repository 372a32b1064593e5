"""Whole journeys a second, from Stripe's events to an email that a mail server took, against rendering alone.

Run: python -m bench.journey [--payments 150] [--rounds 3] [--processes 1] [--seed N]

Web, worker and Beat as Procfile runs them, on PostgreSQL and Redis that come with pip and a mail server on loopback;
the worker has one process that renders unless told otherwise. In each round the four events of every payment come in
at once, shuffled, and the clock stops when the last email was taken; before and after it the same number of processes
renders the same receipts and does nothing else. The promise is about the ratio of the two rates in one round: what
surrounds rendering may cost a quarter of it. Exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import figures, load, paying, servers, usage
from bench.figures import Figure
from scripts import processes, stopping
from scripts.stack import ROOT, procfile
from tests.notifications.mail_server import MailServer

LEAST_RATIO = 0.75
WORKER = "payments-worker"
WORKING = (WORKER, "payments-beat")
RENDERING = "  rendering"
LANES = re.findall(r"--lane (\w+)=", procfile()[WORKER])
CONNECTIONS, WARM_UP = 8, 12
PATIENCE_SECONDS, LOOK_SECONDS = 600.0, 0.02


@dataclass(frozen=True, slots=True)
class Stack:
    """What runs: where events go, where letters arrive, and who is at work, by name."""

    env: Mapping[str, str]
    port: int
    mail: MailServer
    pids: Mapping[str, int]

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU that each part has used until now."""
        return {name: usage.cpu_seconds(usage.family(pid)) for name, pid in self.pids.items()} | self.cpu_of_lanes()

    def cpu_of_lanes(self) -> dict[str, float]:
        """The same of each lane of the worker, which starts them in Procfile's order."""
        lanes = zip(LANES, usage.children(self.pids[WORKER]), strict=True)
        return {f"  {name}": usage.cpu_seconds(usage.family(pid)) for name, pid in lanes}


@dataclass(frozen=True, slots=True)
class Alone:
    """Rendering and nothing else: documents a second of all processes together, and CPU of one document."""

    rate: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Round:
    """So many journeys a second, against rendering alone around them; CPU of a journey in milliseconds, by part."""

    rate: float
    alone: Alone
    cpu_ms: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Of the two rates."""
        return self.rate / self.alone.rate

    @property
    def share(self) -> float:
        """Rendering's part of the CPU of the lane that renders: no machine can make the ratio of rates greater."""
        return self.alone.cpu_ms / self.cpu_ms[RENDERING]


def main() -> int:
    """Measure, print, judge."""
    args = arguments()
    print(f"seed {args.seed}")
    with running(processes_each=args.processes) as stack:
        journeys(stack, WARM_UP, seed=args.seed)
        rounds = [measured(stack, args, seed=args.seed + number) for number in range(1, args.rounds + 1)]
        curve = [(count, count / journeys(stack, count, seed=args.seed)) for count in args.growth]
    return judged(rounds, curve, of=args.processes)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.journey", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--payments", type=int, default=150, help="payments in a round, of four events each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1, help="processes that render")
    parser.add_argument("--alone", type=float, default=6.0, help="seconds of rendering alone, before and after a round")
    parser.add_argument("--growth", type=int, nargs="*", default=[25, 50, 100, 200], help="payments that come at once")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    return parser.parse_args()


@contextmanager
def running(*, processes_each: int) -> Iterator[Stack]:
    """The whole of payments_service, ready."""
    with servers.started("payments_service", WORKER_CONCURRENCY=str(processes_each)) as here, ExitStack() as started:
        logs = Path(started.enter_context(tempfile.TemporaryDirectory()))
        mail = MailServer()
        mail.start()
        started.callback(mail.stop)
        env = {**here.env, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
        port, web = started.enter_context(servers.gunicorn("payments_service.config.wsgi", env))
        pids = {name: started.enter_context(servers.procfile(name, env, log=logs / name)) for name in WORKING}
        yield Stack(env, port, mail, {"payments-web": web, **pids, **here.pids})


def journeys(stack: Stack, count: int, *, seed: int) -> float:
    """Let so many payments come in at once; journeys a second until the last letter was taken."""
    requests = paying.requests(paying.payments(count, seed=seed), stack.port)
    expected, started = len(stack.mail.taken) + count, time.perf_counter()
    answered = load.burst(stack.port, requests, connections=CONNECTIONS)
    if answered.refused:
        raise processes.Trouble(f"{len(answered.refused)} events were refused: {answered.refused[0]}")
    while len(stack.mail.taken) < expected:
        if time.perf_counter() - started > PATIENCE_SECONDS:
            raise processes.Trouble(f"{expected - len(stack.mail.taken)} letters are missing")
        time.sleep(LOOK_SECONDS)
    return count / (time.perf_counter() - started)


def measured(stack: Stack, args: argparse.Namespace, *, seed: int) -> Round:
    """One round: rendering alone, journeys, rendering alone. What idle processes use all the time isn't a journey's."""
    begun, idle = time.monotonic(), stack.cpu()
    before = alone(stack.env, args)
    waited, cpu = time.monotonic() - begun, stack.cpu()
    rate = journeys(stack, args.payments, seed=seed)
    seconds, at_end = args.payments / rate, stack.cpu()
    spent = {
        name: (at_end[name] - used - (used - idle[name]) * seconds / waited) / args.payments * 1000
        for name, used in cpu.items()
    }
    after = alone(stack.env, args)
    around = Alone(statistics.mean((before.rate, after.rate)), statistics.mean((before.cpu_ms, after.cpu_ms)))
    return Round(rate, around, spent)


def alone(env: Mapping[str, str], args: argparse.Namespace) -> Alone:
    """Have processes render that do nothing else, as many as render in the worker."""
    command = [sys.executable, "-m", "bench.rendering_alone", str(args.alone)]
    running = [subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(args.processes)]
    found = [json.loads(process.communicate()[0]) for process in running]
    return Alone(sum(each["rate"] for each in found), statistics.mean(each["cpu_ms"] for each in found))


def judged(rounds: list[Round], curve: figures.Curve, *, of: int) -> int:
    """Where the CPU goes, the promises, and whether they hold."""
    print(f"{'CPU of a journey, median of ' + str(len(rounds)):<36}{'ms':>8}")
    for name in rounds[0].cpu_ms:
        print(f"{name:<36}{statistics.median(each.cpu_ms[name] for each in rounds):>8.1f}")
    rate, alone = (statistics.median(of) for of in zip(*((e.rate, e.alone.rate) for e in rounds), strict=True))
    render_ms = statistics.median(each.alone.cpu_ms for each in rounds)
    lane_ms = statistics.median(each.cpu_ms[RENDERING] for each in rounds)
    print(f"{'rendering alone':<36}{render_ms:>8.1f}")
    return figures.report(
        [
            Figure(
                f"whole journeys a second / rendering alone, {of} rendering process{'es' if of > 1 else ''}",
                statistics.median(each.ratio for each in rounds),
                least=LEAST_RATIO,
                said=f"{rate:.1f} and {alone:.1f} a second",
            ),
            Figure(
                "CPU of rendering alone / CPU of the lane that renders, for a journey",
                statistics.median(each.share for each in rounds),
                least=LEAST_RATIO,
                said=f"{render_ms:.0f} and {lane_ms:.0f} ms",
                steady=True,
            ),
        ],
        {"seconds until the last of so many payments has its letter": curve},
    )


if __name__ == "__main__":
    sys.exit(stopping.run(main))
