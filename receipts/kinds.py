"""The kinds of numbered documents, each with a series of its own. Pure; a new kind is one entry here and its labels.

A kind's prefix opens its numbers ("R-2026-000001"), so a prefix that has been used never changes or moves.
A receipt says that money came. What takes (a part of) it back is a refund or a lost dispute, and each of these two can
turn out not to stand: then its reversal takes it back in turn.
"""

from __future__ import annotations

from dataclasses import dataclass

RECEIPT = "receipt"
REFUND = "refund"
REFUND_REVERSAL = "refund_reversal"
DISPUTE = "dispute"
DISPUTE_REVERSAL = "dispute_reversal"


@dataclass(frozen=True, slots=True)
class Kind:
    """`prefix` opens the series' name; it is unique among kinds and is never "TEST".

    `template` is the design of today, a folder of `templates/receipts/`. One that has printed documents never changes
    again: a new design is a new folder, and its name here.
    """

    name: str
    prefix: str
    template: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name=RECEIPT, prefix="R", template="v2"),
        Kind(name=REFUND, prefix="RF", template="c2"),
        Kind(name=REFUND_REVERSAL, prefix="RR", template="c2"),
        Kind(name=DISPUTE, prefix="CB", template="c2"),
        Kind(name=DISPUTE_REVERSAL, prefix="CR", template="c2"),
    )
}


STAMPED = frozenset({"v2", "c2"})
"""The designs that show a seal; a document that has one of them was sealed."""


def get(name: str) -> Kind:
    """The kind of that name. Raises ValueError, naming those that exist, when there is none."""
    try:
        return KINDS[name]
    except KeyError:
        raise ValueError(f"no kind of receipt is called {name!r}; known are {sorted(KINDS)}") from None


def number_of(series: str, sequence: int) -> str:
    """For example "R-2026-000001"; after 999,999 documents a series grows longer numbers."""
    return f"{series}-{sequence:06d}"
