"""How often somebody outside goes wrong, and in which way; `mail` and `texts` ask with each message."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence

from bench.faults.promises import Line

EVERY = 5
"""One of so many messages goes wrong."""


class Ways:
    """While `on`, one message of every five goes wrong, all ways in turn before any again; the seed decides when."""

    def __init__(self, ways: Sequence[str], *, seed: int) -> None:
        self.ways, self.chance = ways, random.Random(seed)
        self.on = False
        self.counts: Counter[str] = Counter()
        self.next_ways: list[str] = []
        self.next_messages: list[bool] = []
        self.lock = threading.Lock()

    def of_next(self) -> str:
        """What goes wrong with the next message; empty when nothing does."""
        with self.lock:
            if not self.on or not self.strikes():
                return ""
            self.next_ways = self.next_ways or self.chance.sample(self.ways, len(self.ways))
            way = self.next_ways.pop()
            self.counts[way] += 1
            return way

    def strikes(self) -> bool:
        """Whether the next message is the one of its five."""
        self.next_messages = self.next_messages or self.chance.sample([True] + [False] * (EVERY - 1), EVERY)
        return self.next_messages.pop()

    def expected(self, messages: int) -> int:
        """How many of the ways so many messages are enough for."""
        return min(len(self.ways), messages // EVERY)

    def had(self, messages: int) -> bool:
        """Whether as many ways have come as so many messages are enough for."""
        return len(self.counts) >= self.expected(messages)

    def line(self, what: str, *, messages: int) -> Line:
        """That they have come is promised too: else nothing would be shown by the rest."""
        expected = self.expected(messages)
        return Line(what, str(expected), str(min(expected, len(self.counts))))
