"""The tax that is contained in amounts. Pure; whoever builds a snapshot calls it, the document prints the result."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from receipts.snapshot import Line, Tax


def breakdown(lines: Iterable[Line]) -> tuple[Tax, ...]:
    """One `Tax` per rate, lowest rate first; untaxed lines give none. For each: net + amount = the lines' sum.

    Amounts include tax. Rounding is half up to the minor unit, once per rate and not once per line, so that the sum
    of many small lines carries no rounding of its own. "8.5" and "8.50" are one rate.
    """
    gross: dict[Decimal, int] = {}
    for line in lines:
        if line.tax_rate:
            rate = Decimal(line.tax_rate)
            gross[rate] = gross.get(rate, 0) + line.amount
    return tuple(_contained(total, rate=rate) for rate, total in sorted(gross.items()))


def _contained(total: int, *, rate: Decimal) -> Tax:
    """Half up means away from zero, so that a refund undoes its payment exactly."""
    net = int((Decimal(total) * 100 / (100 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Tax(rate=plain(rate), net=net, amount=total - net)


def plain(rate: Decimal) -> str:
    """The shortest way to write a rate without an exponent: "8.5", "20"."""
    text = format(rate, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
