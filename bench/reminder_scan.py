"""What the due scan costs: a minute in which nothing is due, and fifty thousand reminders that are due at once.

Run: python -m bench.reminder_scan [--visits 1000000] [--due 50000]

On the PostgreSQL and the Redis that come with pip, started here; `bench.visits.reminder_minutes` measures and judges,
in a process that has their addresses. Its exit code, 1 when a promise is missed, is this one's.
"""

from __future__ import annotations

import argparse
import sys

from bench import figures, servers
from scripts import stopping
from scripts.stack import ROOT


def main() -> int:
    """Start the servers, have it measured."""
    args = arguments()
    with servers.started("visits_service") as here:
        command = [sys.executable, "-m", "bench.visits.reminder_minutes", str(args.visits), str(args.due)]
        return stopping.program(command, env=here.env | figures.wanted(), cwd=ROOT)


def arguments() -> argparse.Namespace:
    """What the user chose."""
    parser = argparse.ArgumentParser(prog="python -m bench.reminder_scan", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=1_000_000, help="visits that are stored, with two reminders each")
    parser.add_argument("--due", type=int, default=50_000, help="reminders that are due at once")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(stopping.run(main))
