"""What is marked as wrong with a day, as things to do: a person reads there what is to be done. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from payments_service.bookkeeping.proof import Chain, Chore, Comparison, Numbering, Open, Unlike


def chores(
    numberings: Iterable[Numbering], chain: Chain, unlike: tuple[Unlike, ...], comparison: Comparison, *, page: str
) -> tuple[Open, ...]:
    """One for each statement that is refuted, counted as there; `page` is where the day is shown with the details."""
    counts = {
        Chore.NUMBERS_WRONG: sum(each.faults for each in numberings),
        Chore.CHAIN_WRONG: chain.faults,
        Chore.DOCUMENTS_WRONG: len(unlike),
        Chore.STRIPE_DIFFERS: comparison.differing,
    }
    return tuple(Open(chore, count, (), path=page) for chore, count in counts.items() if count)
