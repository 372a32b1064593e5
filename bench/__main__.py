"""All that is promised about speed, measured, in one table at the end: `make bench`, or python -m bench.

    [--short] [--only PART...] [--skip PART...] [--seed N] [--save]

Each part is a program of its own and starts its own servers. `--short` does everything with a little work, in about a
minute and a half (and leaves out the long look at memory): it shows that all parts work, and fails only for
promises that hold on a busy machine too. `--save` keeps the results in bench/results/ and in README. The exit code is
1 when a promise was missed, or a part failed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import figures, machine, results
from bench.figures import Findings
from scripts import stack, stopping
from scripts.stack import ROOT


@dataclass(frozen=True, slots=True)
class Part:
    """A module with a command line; `short` is what it is told for a short run, None where there is no short run."""

    module: str
    short: str | None
    seeded: bool = False


PARTS = {
    "webhooks": Part("bench.webhook_burst", "--events 150 --rounds 3"),
    "receipts": Part("bench.render_receipts", "10"),
    "journey": Part("bench.journey", "--payments 30 --rounds 1 --alone 2 --growth", seeded=True),
    "reminders": Part("bench.reminder_scan", "--visits 20000 --due 2000"),
    "deliveries": Part("bench.deliveries", "--messages 300"),
    "memory": Part("bench.memory", None, seeded=True),
}


def main() -> int:
    """Run the parts one after another, print the table, keep the results on demand."""
    args = arguments()
    stack.without_proxy()
    occasion = machine.now()
    print(f"{occasion}\nseed {args.seed}", flush=True)
    found: dict[str, Findings | None] = {}
    for name in wanted(args):
        findings = found[name] = measured(name, short=args.short, seed=args.seed)
        if args.save and findings:
            results.keep(name, findings, on=occasion)
            results.publish()
    return judged(found, short=args.short)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a little of everything, in about a minute and a half")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--skip", nargs="+", choices=PARTS, default=[], metavar="PART")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--save", action="store_true", help="keep the results in bench/results/ and in README")
    args = parser.parse_args()
    if args.save and args.short:
        parser.error("a short run says nothing that is worth keeping")
    if not wanted(args):
        parser.error("nothing is left to be measured" + (" in a short run" if args.short else ""))
    return args


def wanted(args: argparse.Namespace) -> list[str]:
    """The names of the parts that shall run."""
    asked = [name for name in args.only if name not in args.skip]
    return [name for name in asked if not (args.short and PARTS[name].short is None)]


def measured(name: str, *, short: bool, seed: int) -> Findings | None:
    """Run one part, its output where ours is; None when it didn't come to its end."""
    part, started = PARTS[name], time.monotonic()
    words = [
        part.module,
        *((part.short or "").split() if short else ()),
        *(("--seed", str(seed)) if part.seeded else ()),
    ]
    print(f"\n-- {name}", flush=True)
    with tempfile.NamedTemporaryFile(suffix=".json") as told:
        env = os.environ | {figures.HANDED_TO: told.name}
        stopping.program([sys.executable, "-m", *words], env=env, cwd=ROOT)
        text = Path(told.name).read_text(encoding="utf-8")
    print(f"({time.monotonic() - started:.0f} s)", flush=True)
    return figures.read(text) if text else None


def judged(found: Mapping[str, Findings | None], *, short: bool) -> int:
    """The one table, and the exit code."""
    every = [figure for findings in found.values() if findings for figure in findings.figures]
    print(f"\n{figures.table(every)}")
    failed = [name for name, findings in found.items() if findings is None]
    for name in failed:
        print(f"{name} didn't come to its end")
    missed = [figure for figure in every if not figure.kept and (figure.steady or not short)]
    print(f"{len(every)} promises, {len(missed)} missed" + (" of those that a short run can judge" if short else ""))
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(stopping.run(main, last_word="ended before its time; nothing is left running"))
