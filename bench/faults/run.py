"""One run: the stack comes up, traffic and faults go on together, and then everything has two minutes."""

from __future__ import annotations

import argparse
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench import machine
from bench.faults import findings, production, servers, table, traffic, verdict
from bench.faults.mail import MailServer
from bench.faults.rota import Rota
from bench.faults.supervised import Supervised, supervised
from scripts import embedded, processes
from scripts.stack import ROOT

SAY_SECONDS = 5.0
REST_SECONDS = 240.0
"""How long is waited for rest: longer than is promised, so that a miss has a figure."""
LOGS = ROOT / "var" / "chaos"
SHARE_UNDER_FAULTS = 0.8
"""The part of the letters that go out while things die: no machine may leave the work to the time after."""

LONGEST_SECONDS = 1200.0
FULL, SHORT = (500, 50, 240.0), (40, 8, 30.0)


@dataclass(frozen=True, slots=True)
class World:
    """All that runs."""

    services: production.Services
    postgresql: servers.PostgreSQL
    redis: embedded.Redis
    mail: MailServer
    processes: Supervised

    @property
    def databases(self) -> dict[str, str]:
        """Where the rows of each service are."""
        return {service: self.postgresql.url(service) for service in servers.SERVICES}


def main(about: str | None) -> int:
    """Run once; 0 if every promise was kept, 1 if not, 130 if somebody ended it."""
    args = arguments(about)
    print(f"seed {args.seed}: the same faults in the same order with --seed {args.seed}", flush=True)
    for each in (signal.SIGINT, signal.SIGTERM):  # a shell may have told us not to hear the first
        signal.signal(each, signal.default_int_handler)
    try:
        with world(args.seed) as everything:
            lines = list(happened(everything, args))
    except KeyboardInterrupt:
        print("ended before its time; nothing is left running", file=sys.stderr)
        return 130
    except processes.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0 if all(line.ok for line in lines) else 1


def arguments(about: str | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="bench/chaos.py", description=about)
    parser.add_argument("--short", action="store_true", help="a minute and a half: 40 payments, 8 visits")
    parser.add_argument("--payments", type=int, help="how many (500)")
    parser.add_argument("--visits", type=int, help="how many (50)")
    parser.add_argument("--seconds", type=float, help="how long things die, at least (240)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="of an earlier run")
    parser.add_argument("--report", type=Path, help="write the table there too, as Markdown")
    args = parser.parse_args()
    usual = SHORT if args.short else FULL
    for name, value in zip(("payments", "visits", "seconds"), usual, strict=True):
        setattr(args, name, value if getattr(args, name) is None else getattr(args, name))
    return args


@contextmanager
def world(seed: int) -> Iterator[World]:
    """Servers and services, ready to work; nothing of it is left behind."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp")))
        postgresql = stack.enter_context(servers.postgresql(directory / "postgresql"))
        redis = stack.enter_context(embedded.redis_server(directory / "redis"))
        mail = MailServer(seed=seed)
        mail.start()
        stack.callback(mail.stop)
        services = production.services(directory, postgresql=postgresql, redis_url=redis.url, email_url=mail.url)
        for service in servers.SERVICES:
            processes.run_command(
                f"{service}_service", "migrate", "--verbosity", "0", env=services.env[f"{service}-web"]
            )
        running = stack.enter_context(supervised(services, logs=empty(LOGS)))
        processes.eventually(
            lambda: len(running.well_at) == len(services.commands),
            lambda: f"not all of {', '.join(services.commands)} can work; {LOGS} says why",
            within=processes.START_SECONDS,
        )
        yield World(services, postgresql, redis, mail, running)


def empty(directory: Path) -> Path:
    """The folder, with nothing in it from an earlier run."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory


def happened(everything: World, args: argparse.Namespace) -> list[verdict.Line]:
    """Traffic and faults together, then rest, then the judgement, which is printed."""
    occasion, chance = machine.now(), random.Random(args.seed)
    paid = traffic.payments(args.payments, chance)
    outside = traffic.Outside(
        everything.services.urls, secret=production.SECRET, token=production.TOKEN, chance=random.Random(args.seed)
    )
    rota = Rota(everything.processes, everything.postgresql, everything.redis, chance)
    with ThreadPoolExecutor(1) as caller:
        sending = caller.submit(outside.send, paid, args.visits, seconds=args.seconds * 0.8)
        try:
            strike(
                everything, rota, outside, sending, seconds=args.seconds, most=round(args.payments * SHARE_UNDER_FAULTS)
            )
        finally:
            outside.stop.set()
    sending.result()
    seconds = rest(everything)
    lines = [rota.line(), *judged(everything, paid, visits=args.visits, rested=seconds)]
    happenings = rota.counts + everything.mail.faults
    table.show(lines, faults=happenings)
    if args.report:
        about = f"{args.payments} payments and {args.visits} visits, with seed {args.seed}"
        table.keep(args.report, lines, faults=happenings, about=about, occasion=occasion)
    return lines


def judged(everything: World, paid: Sequence[traffic.Paid], *, visits: int, rested: float | None) -> list[verdict.Line]:
    """What was promised, and what is there now."""
    found = findings.find(everything.databases, media=everything.services.media, taken=everything.mail.letters)
    lines = verdict.judge(
        found,
        events={event["id"] for payment in paid for event in payment.events},
        payments={payment.reference: payment.address for payment in paid},
        visits={traffic.visit_name(number): traffic.patient_address(number) for number in range(visits)},
        rest=rested,
    )
    return list(lines)


def strike(
    everything: World, rota: Rota, outside: traffic.Outside, sending: Future[None], *, seconds: float, most: int
) -> None:
    """Let things die for so long, and until all was taken and most letters are out; then all is well again."""
    began = time.monotonic()

    def going_on() -> bool:
        lasted = time.monotonic() - began
        if sending.done() and sending.exception():
            return False
        enough = rota.had_all() and sending.done() and mostly_sent(everything, most)
        return lasted < seconds or (lasted < LONGEST_SECONDS and not enough)

    everything.mail.faulty = True
    with saying(lambda: f"{outside.taken} posts taken, {progress(everything)}; last: {rota.last}"):
        rota.strike(going_on)
    everything.mail.faulty = False


def mostly_sent(everything: World, most: int) -> bool:
    """Whether so many letters are out by now; not while nobody can say."""
    try:
        return findings.progress(everything.databases)[-1] >= most
    except psycopg.OperationalError:
        return False


def rest(everything: World) -> float | None:
    """The seconds until no row wants work any more; None when that doesn't come."""
    began = time.monotonic()
    with saying(lambda: f"{time.monotonic() - began:.0f} s after the last fault: {progress(everything)}"):
        while time.monotonic() - began < REST_SECONDS:
            if not findings.unfinished(everything.databases):
                return time.monotonic() - began
            time.sleep(1)
    print(f"still unfinished: {findings.unfinished(everything.databases)}", flush=True)
    return None


def progress(everything: World) -> str:
    """How far the receipts have come, for whoever watches."""
    try:
        kept, issued, rendered, sent = findings.progress(everything.databases)
    except psycopg.OperationalError:
        return "the database is away"
    return f"{kept} events, {issued} receipts, {rendered} PDFs, {sent} letters"


@contextmanager
def saying(what: Callable[[], str]) -> Iterator[None]:
    """Print how it stands every few seconds, for the length of the block."""
    done, began = threading.Event(), time.monotonic()

    def say() -> None:
        while not done.wait(SAY_SECONDS):
            print(f"{time.monotonic() - began:4.0f} s  {what()}", flush=True)

    thread = threading.Thread(target=say, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
