"""Numbers of a whole series: contiguous, or the ones that are missing or doubled by name."""

from __future__ import annotations

import pytest
from django.db import connection

from payments_service.bookkeeping import numbers
from receipts.models import Receipt, Series
from tests.bookkeeping.a_day import NOON, proof_of

pytestmark = pytest.mark.django_db
SERIES = "R-2026"


def documents(*sequences: int, last: int | None = None) -> None:
    """Documents with these numbers, from a counter that has given out numbers up to `last`."""
    Series.objects.create(name=SERIES, last=max(sequences) if last is None else last)
    for position, sequence in enumerate(sequences):
        a_document(sequence, reference=f"pi_{position}")


def a_document(sequence: int, *, reference: str) -> None:
    """A document with this number, issued at noon."""
    about = {"kind": "receipt", "test": False, "currency": "EUR", "amount": 100, "issued_at": NOON, "snapshot": {}}
    number = f"{SERIES}-{sequence:06d}{'' if reference else ' again'}"
    Receipt.objects.create(series=SERIES, sequence=sequence, number=number, reference=reference, **about)


def test_a_series_without_gaps_is_contiguous_from_its_first_to_its_last_number() -> None:
    documents(1, 2, 3, 4)

    found = numbers.check(SERIES)

    assert (found.first, found.last, found.faults) == ("R-2026-000001", "R-2026-000004", 0)


@pytest.mark.parametrize(
    ("sequences", "last", "missing", "count"),
    [
        ([1, 2, 4], 4, ["R-2026-000003"], 1),
        ([1, 6, 7, 9], 9, ["R-2026-000002 – R-2026-000005", "R-2026-000008"], 5),
        ([3, 4], 4, ["R-2026-000001 – R-2026-000002"], 2),
        ([1, 2], 4, ["R-2026-000003 – R-2026-000004"], 2),
        ([2], 3, ["R-2026-000001", "R-2026-000003"], 2),
    ],
    ids=["inside", "two spans", "at the beginning", "at the end", "at both ends"],
)
def test_missing_numbers_are_named(sequences: list[int], last: int, missing: list[str], count: int) -> None:
    documents(*sequences, last=last)

    found = numbers.check(SERIES)

    assert list(found.missing) == missing
    assert (found.missing_count, found.doubled_count) == (count, 0)


def test_a_number_that_two_documents_have_is_named_even_where_it_makes_up_for_one_that_is_missing() -> None:
    with connection.cursor() as cursor:  # as in a database that was restored without its constraints
        cursor.execute("ALTER TABLE receipts_receipt DROP CONSTRAINT no_number_twice_in_a_series")
    documents(1, 2, 4)
    a_document(2, reference="")

    found = numbers.check(SERIES)

    assert (found.missing, found.missing_count) == (("R-2026-000003",), 1)
    assert (found.doubled, found.doubled_count) == (("R-2026-000002",), 1)


def test_of_many_gaps_the_first_are_named_and_all_are_counted() -> None:
    documents(*range(1, 101, 2), last=99)

    found = numbers.check(SERIES)

    assert len(found.missing) == 20
    assert found.missing_count == 49


def test_the_day_looks_at_all_of_each_series_that_it_has_touched_and_at_no_other() -> None:
    documents(1, 3)
    Series.objects.create(name="R-2025", last=5)

    proof = proof_of()

    assert [(each.series, each.missing) for each in proof.numberings] == [(SERIES, ("R-2026-000002",))]
    assert proof.findings == 1
