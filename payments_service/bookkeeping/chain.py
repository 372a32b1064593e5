"""Whether every document's hash fits the one before it: the whole chain of each series that a day has touched."""

from __future__ import annotations

from collections.abc import Sequence

from payments_service.bookkeeping.proof import MOST_NAMED, Chain
from receipts import chain

MOST_DOCUMENTS = 100_000
"""A walk along more than these takes minutes; `verify` is there for that."""


def walk(series: Sequence[str]) -> Chain:
    """What is wrong with these series, document by document; not looked at where that would take too long."""
    if sum(chain.count(each) for each in series) > MOST_DOCUMENTS:
        return Chain()
    found = [each for name in series for each in chain.check(name) if each.wrong]
    return Chain(looked=True, faults=len(found), named=tuple(str(each) for each in found[:MOST_NAMED]))
