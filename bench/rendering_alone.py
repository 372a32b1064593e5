"""One process that does nothing but render, for `bench.journey`: python -m bench.rendering_alone SECONDS.

It renders the receipts that the journey has issued, one after another, with nothing read in between and nothing kept.
Prints as JSON how many a second that were, and the milliseconds of CPU of each.
"""

from __future__ import annotations

import itertools
import json
import sys
import time

import django

django.setup()

from receipts import frozen, rendering, seals  # noqa: E402 - models need Django to be ready
from receipts.models import Receipt  # noqa: E402
from receipts.sealing import Sealed  # noqa: E402
from receipts.snapshot import Snapshot  # noqa: E402

WARM_UP, MOST = 5, 200


def main(seconds: float) -> None:
    """Render for that long."""
    work = itertools.cycle([(each, frozen.from_json(each.snapshot), seals.of(each)) for each in issued()])
    for _ in range(WARM_UP):
        render(*next(work))
    rendered, started, cpu = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - started) < seconds:
        render(*next(work))
        rendered += 1
    cpu_ms = (time.process_time() - cpu) / rendered * 1000
    print(json.dumps({"rate": rendered / spent, "cpu_ms": cpu_ms}))


def issued() -> list[Receipt]:
    """Receipts to render."""
    return list(Receipt.objects.order_by("pk")[:MOST])


def render(receipt: Receipt, snapshot: Snapshot, sealed: Sealed | None) -> bytes:
    """As the worker does, from what is in memory."""
    return rendering.render(snapshot, number=receipt.number, issued_at=receipt.issued_at, sealed=sealed)


if __name__ == "__main__":
    main(float(sys.argv[1]))
