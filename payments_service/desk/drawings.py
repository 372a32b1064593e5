"""The charts of the overview: from what was read of thirty days to one number for each day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from payments_service.desk import figures, month
from servicekit.overview.board import Chart, Series

MOST_CURRENCIES = 4
"""The currencies that are drawn, those with the most payments first; the lists have them all."""


def payments(shown: month.Span, paid: Iterable[month.Moved]) -> Chart:
    """How many payments there were, those in test mode beside the others."""
    counts: dict[bool, dict[object, int]] = {False: defaultdict(int)}
    for each in paid:
        counts.setdefault(each.test, defaultdict(int))[each.day] += each.count
    series = tuple(
        Series("in test mode" if test else "payments", tuple(of_day[day] for day in shown.days))
        for test, of_day in sorted(counts.items())
        if any(of_day.values()) or not test
    )
    total = sum(value for each in series for value in each.values)
    return Chart("Payments in 30 days", shown.days, series, total=str(total))


def amounts(shown: month.Span, paid: Iterable[month.Moved]) -> Iterator[Chart]:
    """How much was paid, a chart for each currency and mode."""
    sums: dict[tuple[bool, str], dict[object, int]] = defaultdict(lambda: defaultdict(int))
    times: dict[tuple[bool, str], int] = defaultdict(int)
    for each in paid:
        sums[each.test, each.currency][each.day] += each.amount
        times[each.test, each.currency] += each.count
    often = sorted(sums, key=lambda key: (key[0], -times[key], key[1]))
    for test, currency in often[:MOST_CURRENCIES]:
        values = tuple(sums[test, currency][day] for day in shown.days)
        said = tuple(figures.amount_of(value, currency) for value in values)
        name = figures.named(currency, test=test)
        total = figures.amount_of(sum(values), currency)
        yield Chart(f"Paid in {name} in 30 days", shown.days, (Series(name, values, texts=said),), total=total)


def letters(shown: month.Span, sent: Iterable[month.Letters]) -> Chart:
    """Emails by outcome, on the days when they were written."""
    counts: dict[tuple[object, str], int] = defaultdict(int)
    for each in sent:
        counts[each.day, each.state] += each.count
    series = tuple(
        Series(name, tuple(sum(counts[day, state] for state in states) for day in shown.days), tone=look)
        for name, states, look in figures.OUTCOMES
    )
    return Chart("Emails in 30 days, by outcome", shown.days, series, total=str(sum(counts.values())))
