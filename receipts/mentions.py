"""Where else documents are named: who keeps their numbers registers a search here, and `verify` asks each of them.

A service stands on receipts and not the other way round, so this package can't look for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from receipts.findings import RESTORE, Finding, Kind


@dataclass(frozen=True, slots=True)
class Mention:
    """A number of a document that isn't there, and the id of what names it."""

    number: str
    by: str


Search = Callable[[], Iterator[Mention]]
_searches: list[Search] = []


def register(search: Search) -> None:
    """Have `unmet` ask this search, which finds what it names in vain."""
    _searches.append(search)


def unmet(series: str | None = None) -> Iterator[Finding]:
    """Every document, or those of one series, that is named and isn't there."""
    for search in _searches:
        for mention in search():
            if series in (None, mention.number.rpartition("-")[0]):
                yield Finding(Kind.MISSING, mention.number, f"{mention.by} names it, and it isn't there.", RESTORE)
