"""How long something is kept, as settings say it: `90d`, `10y`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

PERIOD = re.compile(r"([1-9][0-9]{0,5})([dy])")
DAYS = {"d": 1, "y": 366}
"""The longest year there is: nothing goes a day too early."""
LONGEST = timedelta(days=1000 * DAYS["y"])
"""Longer than any clinic lasts; two thousand years ago no calendar of ours had begun."""


def parse(text: str) -> timedelta:
    """A period such as `90d` or `10y`. Raises ValueError."""
    found = PERIOD.fullmatch(text.strip())
    if not found:
        raise ValueError("expects a number of days or years, such as 90d or 10y")
    number, unit = found.groups()
    period = timedelta(days=int(number) * DAYS[unit])
    if period > LONGEST:
        raise ValueError(f"expects at most {said(LONGEST)}, such as 100y")
    return period


def at_least(shortest: str, *, because: str) -> Callable[[str], timedelta]:
    """A parser that refuses less than so much, and says why."""

    def parser(text: str) -> timedelta:
        period = parse(text)
        if period < parse(shortest):
            raise ValueError(f"expects at least {shortest}, as {because}")
        return period

    return parser


events = at_least("40d", because="Stripe's lists are compared with them, and each day proven, for a month")
texts = at_least("30d", because="providers report, and staff ask what was written, for weeks")
contacts = at_least("200d", because="refunds are possible for half a year, and their letters need an address")
receipts = at_least("2y", because="refunds and disputes still name them; your tax office may ask for ten years")
visits = at_least("30d", because="staff look back for weeks")


def said(period: timedelta) -> str:
    """A period in words: "90 days", "10 years"."""
    years, rest = divmod(period.days, DAYS["y"])
    count, unit = (years, "year") if years and not rest else (period.days, "day")
    return f"{count} {unit}{'' if count == 1 else 's'}"
