"""The kinds of numbered documents, each with a series of its own. Pure; a new kind is one entry here and its title.

A kind's prefix opens its numbers ("R-2026-000001"), so a prefix that has been used never changes or moves.
"""

from __future__ import annotations

from dataclasses import dataclass

RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Kind:
    """`prefix` opens the series' name; it is unique among kinds and is never "TEST"."""

    name: str
    prefix: str


KINDS = {kind.name: kind for kind in (Kind(name=RECEIPT, prefix="R"),)}


def get(name: str) -> Kind:
    """The kind of that name. Raises ValueError, naming those that exist, when there is none."""
    try:
        return KINDS[name]
    except KeyError:
        raise ValueError(f"no kind of receipt is called {name!r}; known are {sorted(KINDS)}") from None
