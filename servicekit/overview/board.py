"""What an overview says, in plain values and in words that are ready to be read. Pure; `charts` draws its days.

A `tone` is how something looks, and never all that it says: "good", "open", "wrong", or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it is read, with what it counts; `note` says more about it, `path` leads to what was counted."""

    label: str
    value: str
    note: str = ""
    path: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together, below a heading."""

    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do: its id or number, since when it waits and why, in words, and where it is done."""

    name: str
    since: str
    why: str
    path: str


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to do of one kind, the newest named; `more` says how many others there are, `path` lists them."""

    text: str
    count: int
    path: str
    entries: tuple[Entry, ...] = ()
    more: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One number for each day, none below zero. `texts` are the same as they are read, where that isn't the number."""

    name: str
    values: tuple[int, ...]
    tone: str = ""
    texts: tuple[str, ...] = ()

    def text(self, day: int) -> str:
        """The value of the day with that index, as it is read."""
        return self.texts[day] if self.texts else str(self.values[day])


@dataclass(frozen=True, slots=True)
class Chart:
    """Days one after another, and for each the parts of a whole: one series, or several that add up.

    `total` is the sum of all days as it is read.
    """

    title: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    total: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading for each column, and as many cells in each row; the first cell names the row, with a link to more."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True, slots=True)
class Search:
    """A box that is posted to `path` as `sought`; `help` says what may be put in."""

    label: str
    help: str
    path: str


@dataclass(frozen=True, slots=True)
class Board:
    """The whole overview. A part that is None, or empty where that says it all, isn't shown.

    `tasks` is empty when nothing has to be done, and None where the reader may see none of it. `links` are
    other pages, each with its name and its address.
    """

    title: str
    search: Search | None = None
    tasks: tuple[Task, ...] | None = None
    groups: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    health: Group | None = None
