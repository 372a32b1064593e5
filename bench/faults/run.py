"""One run: the stack comes up, traffic and faults go on together, and then everything has two minutes."""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import machine
from bench.faults import findings, production, table, traffic, verdict
from bench.faults.promises import Line
from bench.faults.rota import Rota
from bench.faults.world import World, world
from scripts import processes, stack, stopping

SAY_SECONDS = 5.0
REST_SECONDS = 240.0
"""How long is waited for rest: longer than is promised, so that a miss has a figure."""
SHARE_UNDER_FAULTS = 0.8
"""The part of letters and texts that go out while things die: no machine may leave the work to the time after."""

LONGEST_SECONDS = 1200.0
FULL, SHORT = (500, 50, 240.0), (40, 30, 30.0)


def main(about: str | None) -> int:
    """Run once; 0 if every promise was kept, 1 if not, 130 if somebody ended it."""
    args = arguments(about)
    print(f"seed {args.seed}: --seed {args.seed} has the same traffic, and faults tried in the same order", flush=True)
    stack.without_proxy()
    try:
        with world(args.seed) as everything:
            lines = list(happened(everything, args))
            stopping.hear_no_more()
    except processes.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0 if all(line.ok for line in lines) else 1


def arguments(about: str | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="bench/chaos.py", description=about)
    parser.add_argument("--short", action="store_true", help="a minute and a half: 40 payments, 30 visits")
    parser.add_argument("--payments", type=at_least_one, help="how many (500)")
    parser.add_argument("--visits", type=at_least_one, help="how many (50)")
    parser.add_argument("--seconds", type=at_least_one, help="how long things die, at least (240)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="of an earlier run")
    parser.add_argument("--report", type=Path, help="write the table there too, as Markdown")
    args = parser.parse_args()
    usual = SHORT if args.short else FULL
    for name, value in zip(("payments", "visits", "seconds"), usual, strict=True):
        setattr(args, name, value if getattr(args, name) is None else getattr(args, name))
    if args.report:
        try:  # now, and not after all the work
            args.report.parent.mkdir(parents=True, exist_ok=True)
            args.report.open("a").close()
        except OSError as error:
            parser.error(f"argument --report: {args.report} can't be written: {error.strerror}")
    return args


def at_least_one(text: str) -> int:
    """A number of payments, visits or seconds. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 on, got {text!r}")
    return int(text)


def happened(everything: World, args: argparse.Namespace) -> list[Line]:
    """Traffic and faults together, then rest, then the judgement, which is printed."""
    occasion, chance = machine.now(), random.Random(args.seed)
    paid = traffic.payments(args.payments, chance)
    outside = traffic.Outside(
        everything.services.urls, secret=production.SECRET, token=production.TOKEN, chance=random.Random(args.seed)
    )
    rota = Rota(everything.processes, everything.postgresql, everything.redis, chance, victims=random.Random(args.seed))
    with ThreadPoolExecutor(1) as caller:
        sending = caller.submit(outside.send, paid, args.visits, seconds=args.seconds * 0.8)
        try:
            strike(everything, rota, outside, sending, args)
        finally:
            outside.stop.set()
    sending.result()
    seconds = rest(everything)
    came = [rota.line(), *everything.ways_that_came(letters=args.payments + args.visits, texts=args.visits)]
    lines = [*came, *judged(everything, paid, visits=args.visits, rested=seconds)]
    happenings = rota.counts + everything.happenings
    table.show(lines, faults=happenings)
    if args.report:
        about = f"{args.payments} payments and {args.visits} visits, with seed {args.seed}"
        table.keep(args.report, lines, faults=happenings, about=about, occasion=occasion)
    return lines


def judged(everything: World, paid: Sequence[traffic.Paid], *, visits: int, rested: float | None) -> list[Line]:
    """What was promised, and what is there now."""
    found = findings.find(
        everything.databases, media=everything.services.media, mail=everything.mail, twilio=everything.twilio
    )
    lines = verdict.judge(
        found,
        events={event["id"] for payment in paid for event in payment.events},
        payments={payment.reference: payment.address for payment in paid},
        visits={traffic.visit_name(number): traffic.patient_address(number) for number in range(visits)},
        phones={traffic.visit_name(number): traffic.patient_phone(number) for number in range(visits)},
        rest=rested,
    )
    return list(lines)


def strike(
    everything: World, rota: Rota, outside: traffic.Outside, sending: Future[None], args: argparse.Namespace
) -> None:
    """Let things die for so long, and until all was taken and most of it is out; then all is well again."""
    began = time.monotonic()

    def going_on() -> bool:
        lasted = time.monotonic() - began
        if sending.done() and sending.exception():
            return False
        enough = rota.had_all() and sending.done() and mostly_sent(everything, args)
        return lasted < args.seconds or (lasted < LONGEST_SECONDS and not enough)

    everything.misbehave(True)
    with saying(lambda: f"{outside.taken} posts taken, {progress(everything)}; last: {rota.last}"):
        rota.strike(going_on)
    everything.misbehave(False)


def mostly_sent(everything: World, args: argparse.Namespace) -> bool:
    """Whether most letters and texts are out by now, past all that Twilio does wrong; not while nobody can say."""
    if len(everything.twilio.texts) < args.visits * SHARE_UNDER_FAULTS or not everything.twilio.ways.had(args.visits):
        return False
    try:
        return bool(findings.progress(everything.databases)[-1] >= round(args.payments * SHARE_UNDER_FAULTS))
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
    texts = len(everything.twilio.texts)
    return f"{kept} events, {issued} receipts, {rendered} PDFs, {sent} letters with one, {texts} texts"


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
