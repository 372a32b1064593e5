"""What dies next: every fault in turn, in an order that the seed decides."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bench.faults import servers
from bench.faults.promises import Line
from bench.faults.supervised import Supervised
from scripts import embedded

EVERY_SECONDS = 2.0
FULL_SECONDS = 6.0
WORKERS = ("payments-worker", "payments-worker-off", "visits-worker")
PAYMENTS_WORKERS = {name for name in WORKERS if name.startswith("payments")}
BEATS, WEBS = ("payments-beat", "visits-beat"), ("payments-web", "visits-web")


@dataclass(slots=True)
class Rota:
    """The faults, and how often each has come."""

    processes: Supervised
    postgresql: servers.PostgreSQL
    redis: embedded.Redis
    chance: random.Random
    victims: random.Random = field(default_factory=random.Random)
    counts: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def faults(self) -> dict[str, Callable[[], None]]:
        """What can happen, by name."""
        all_of, one_of = self.processes.kill_all_of, self.processes.kill_one_of
        return {
            **{f"{name} killed": partial(all_of, name) for name in (*WORKERS, *BEATS, *WEBS)},
            **{f"a process of {name} killed": partial(one_of, name, self.victims) for name in WORKERS},
            "Redis killed, comes back empty": partial(servers.crash_redis, self.redis),
            "PostgreSQL crashes": self.postgresql.crash,
            "disk for PDFs full": self.disk_full,
        }

    def had_all(self) -> bool:
        """Whether each fault has come."""
        return len(+self.counts) == len(self.faults())

    def line(self) -> Line:
        """That each has come is promised too: else the others would be worth nothing."""
        return Line("kinds of faults that came", str(len(self.faults())), str(len(+self.counts)))

    def disk_full(self) -> None:
        """For a while; other faults go on meanwhile."""
        self.processes.fill_disk_of(PAYMENTS_WORKERS)
        threading.Timer(FULL_SECONDS, self.processes.free_disks).start()

    def strike(self, going_on: Callable[[], bool]) -> None:
        """Something dies every two seconds while that is wanted; returns with nothing broken any more.

        All in a round before any again. What is only just starting isn't killed again: on a slow machine that would
        test nothing but patience.
        """
        faults, left = self.faults(), list[str]()
        while going_on():
            left = left or self.chance.sample(list(faults), len(faults))
            began = time.monotonic()
            if name := next(filter(self.can_happen, left), ""):
                left.remove(name)
                faults[name]()
                self.counts[name] += 1
                self.last = name
            time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
        self.processes.free_disks()

    def can_happen(self, fault: str) -> bool:
        """Whether its victim, if it is a process of ours, has worked again since it was last killed."""
        victims = [name for name in self.processes.services.commands if f" {name} " in f" {fault} "]
        return all(self.processes.has_worked(name) for name in victims)
