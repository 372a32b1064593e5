"""Threads that issue receipts at the same moment, each on a connection of its own."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections, transaction

from receipts import issuing
from receipts.models import Receipt
from receipts.snapshot import Snapshot
from tests.receipts.builders import ISSUED_AT, a_snapshot

T = TypeVar("T")


class Abandoned(Exception):
    """The caller's transaction fails after the receipt was written."""


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    """Run the work in that many threads, started together."""
    ready = threading.Barrier(count)

    def in_thread(index: int) -> T:
        try:
            ready.wait()
            return work(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(in_thread, range(count)))


def issue_with_random_rollbacks(*, threads: int, each: int) -> None:
    """Issue until all are there; a third of the callers' transactions fail after the receipt was written."""

    def several(thread: int) -> None:
        chance = random.Random(thread)
        for index in range(each):
            while not issued_for_good(a_snapshot(reference=f"pi_{thread}_{index}"), chance):
                pass

    at_once(threads, several)


def issued_for_good(snapshot: Snapshot, chance: random.Random) -> bool:
    try:
        with transaction.atomic():
            issuing.issue(snapshot, at=ISSUED_AT)
            if chance.random() < 1 / 3:
                raise Abandoned
    except Abandoned:
        return False
    return True


def sequences(series: str) -> list[int]:
    return list(Receipt.objects.filter(series=series).order_by("sequence").values_list("sequence", flat=True))
