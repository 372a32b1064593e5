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


def share(taxes: Iterable[Tax], *, part: int, whole: int) -> tuple[Tax, ...]:
    """The taxes in a part of an amount, each in proportion, when `taxes` are those in the whole of it.

    Rounded so that it adds up: where all of the amount is taxed, the rates' shares sum to exactly `part`; and for
    `part` = `whole` the taxes are what they were. The whole must not be zero.
    """
    shared, gross, given = [], 0, 0
    for tax in taxes:
        gross += tax.net + tax.amount
        mine = _rounded(part * gross, whole) - given
        net = _rounded(mine * tax.net, tax.net + tax.amount)
        shared.append(Tax(rate=tax.rate, net=net, amount=mine - net))
        given += mine
    return tuple(shared)


def summed(*taxes: Tax) -> tuple[Tax, ...]:
    """One `Tax` per rate, lowest rate first; a rate of which nothing is left is left out."""
    sums: dict[str, Tax] = {}
    for tax in taxes:
        before = sums.get(tax.rate, Tax(tax.rate, net=0, amount=0))
        sums[tax.rate] = Tax(tax.rate, net=before.net + tax.net, amount=before.amount + tax.amount)
    return tuple(sums[rate] for rate in sorted(sums, key=Decimal) if sums[rate].net or sums[rate].amount)


def negated(taxes: Iterable[Tax]) -> tuple[Tax, ...]:
    """The same taxes the other way."""
    return tuple(Tax(tax.rate, net=-tax.net, amount=-tax.amount) for tax in taxes)


def _rounded(numerator: int, denominator: int) -> int:
    """The quotient, half away from zero; the denominator is positive, or both are zero."""
    if not denominator:
        return 0
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def _contained(total: int, *, rate: Decimal) -> Tax:
    """Half up means away from zero, so that a refund undoes its payment exactly."""
    net = int((Decimal(total) * 100 / (100 + rate)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Tax(rate=plain(rate), net=net, amount=total - net)


def plain(rate: Decimal) -> str:
    """The shortest way to write a rate without an exponent: "8.5", "20"."""
    text = format(rate, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
