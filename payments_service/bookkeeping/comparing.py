"""Stripe's movements of money beside ours, by their ids; and what came of it as JSON, to be kept. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from payments_service.bookkeeping.proof import MOST_NAMED, Compared, Comparison, Difference, Flow, Money, Sum

Moved = Mapping[str, Money]
"""What moved, by Stripe's id of it."""


def comparison(
    sides: Mapping[Flow, tuple[Moved, Moved]], *, test: bool, checked_at: datetime, under_way: int = 0
) -> Comparison:
    """What Stripe has (first) and what we have (second) of each way that money takes, all of it of one mode."""
    differences = [each for flow, (theirs, ours) in sides.items() for each in differing(flow, theirs, ours)]
    return Comparison(
        checked_at=checked_at,
        compared=tuple(
            each for flow, (theirs, ours) in sides.items() for each in totals(flow, theirs, ours, test=test)
        ),
        differences=tuple(differences[:MOST_NAMED]),
        differing=len(differences),
        under_way=under_way,
    )


def differing(flow: Flow, theirs: Moved, ours: Moved) -> Iterator[Difference]:
    """What one side has and the other hasn't, or has otherwise, in the order of the ids."""
    for each in sorted(theirs.keys() | ours.keys()):
        at_stripe, here = theirs.get(each), ours.get(each)
        if at_stripe != here:
            yield Difference(flow, each, at_stripe, here)


def totals(flow: Flow, theirs: Moved, ours: Moved, *, test: bool) -> Iterator[Compared]:
    """Number and sum of both sides, per currency."""
    there, here = summed(theirs.values()), summed(ours.values())
    for currency in sorted(there.keys() | here.keys()):
        yield Compared(flow, test, currency, there.get(currency, Sum()), here.get(currency, Sum()))


def summed(moved: Iterable[Money]) -> dict[str, Sum]:
    """How many and how much, per currency."""
    sums: dict[str, Sum] = defaultdict(Sum)
    for each in moved:
        before = sums[each.currency]
        sums[each.currency] = Sum(before.count + 1, before.amount + each.amount)
    return sums


def from_json(kept: Mapping[str, Any]) -> Comparison:
    """The comparison that `dataclasses.asdict` has made a dict of, after its way through JSON."""
    checked_at = kept["checked_at"]
    return Comparison(
        checked_at=datetime.fromisoformat(checked_at) if checked_at else None,
        why_not=kept["why_not"],
        compared=tuple(
            Compared(Flow(each["flow"]), each["test"], each["currency"], *(Sum(**each[side]) for side in SIDES))
            for each in kept["compared"]
        ),
        differences=tuple(
            Difference(Flow(each["flow"]), each["id"], *(each[side] and Money(**each[side]) for side in SIDES))
            for each in kept["differences"]
        ),
        differing=kept["differing"],
        under_way=kept["under_way"],
    )


SIDES = ("at_stripe", "here")
