"""The place where the daily proof asks whether every document's hash fits the one before it."""

from __future__ import annotations

from collections.abc import Sequence


def broken(series: Sequence[str]) -> tuple[str, ...] | None:
    """The documents of these series that don't fit, each with what is wrong; None: there are no hashes to look at."""
    del series  # documents have no hashes yet; `receipts.chain.check` is asked here once they have
    return None
