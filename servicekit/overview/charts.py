"""Draws a chart: from its numbers to rectangles on a plane of fixed size, which a page stretches as it likes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from servicekit.overview.board import Chart

WIDTH, HEIGHT = 300, 100
"""The plane; y grows downwards, as in SVG."""
GAP = 0.2
"""How much of a day's width is left free."""
TONES = 4
"""How many looks there are for series without a tone of their own."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle: its place, its look and what it says to somebody who points at it."""

    x: str
    y: str
    width: str
    height: str
    look: str
    tip: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with all that a page shows of it: `top` is the highest day as it is read, `lines` the rows of a table."""

    chart: Chart
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...]
    top: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def drawn(chart: Chart) -> Drawing:
    """The chart in rectangles and in words."""
    return Drawing(
        chart=chart,
        bars=tuple(bars(chart)),
        legend=tuple((series.name, look_of(chart, number)) for number, series in enumerate(chart.series)),
        top=top_of(chart),
        lines=tuple(
            (f"{day:%a, %Y-%m-%d}", tuple(series.text(number) for series in chart.series))
            for number, day in enumerate(chart.days)
        ),
    )


def bars(chart: Chart) -> Iterator[Bar]:
    """A rectangle for each number above zero; those of a day stand on each other."""
    highest = max(sums(chart), default=0) or 1
    step = WIDTH / max(len(chart.days), 1)
    for number, day in enumerate(chart.days):
        values = [series.values[number] for series in chart.series]
        for place, (value, end) in enumerate(zip(values, accumulate(values), strict=True)):
            if value:
                yield Bar(
                    x=fixed(step * (number + GAP / 2)),
                    y=fixed(HEIGHT * (1 - end / highest)),
                    width=fixed(step * (1 - GAP)),
                    height=fixed(HEIGHT * value / highest),
                    look=look_of(chart, place),
                    tip=f"{day:%a, %Y-%m-%d}, {chart.series[place].name}: {chart.series[place].text(number)}",
                )


def sums(chart: Chart) -> list[int]:
    """All of a day together, day by day."""
    return [sum(values) for values in zip(*(series.values for series in chart.series), strict=True)]


def top_of(chart: Chart) -> str:
    """The highest day; as its series says it, where there is one only."""
    found = sums(chart)
    if not found:
        return ""
    highest = max(range(len(found)), key=found.__getitem__)
    return chart.series[0].text(highest) if len(chart.series) == 1 else str(found[highest])


def look_of(chart: Chart, place: int) -> str:
    """The tone of a series, or one of a few looks by its place."""
    return chart.series[place].tone or f"look-{place % TONES}"


def fixed(number: float) -> str:
    """A coordinate, the same in every language."""
    return f"{number:.2f}"
