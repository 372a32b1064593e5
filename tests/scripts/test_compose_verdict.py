"""The smoke test's judgement: one receipt and one letter each, and a second copy only where the record explains it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scripts.compose_smoke import traffic, verdict
from scripts.compose_smoke.verdict import Document, Record

ADA = "ada@example.com"


def a_record(*, state: str = "sent", possible_double: bool = False) -> Record:
    return Record(ADA, "1@clinic.example", state, possible_double)


def documents(*numbers: int) -> list[Document]:
    return [Document(f"pi_{number}", "R-2026", number) for number in numbers]


def test_a_receipt_each_without_a_gap_is_right() -> None:
    assert list(verdict.of_receipts(documents(2, 1, 3), payments=["pi_1", "pi_2", "pi_3"])) == []


def test_a_payment_without_a_receipt_and_one_with_two_are_named() -> None:
    found = [*documents(1, 2), Document("pi_1", "R-2026", 3)]

    assert list(verdict.of_receipts(found, payments=["pi_1", "pi_2", "pi_9"])) == [
        "pi_1 has 2 receipts",
        "pi_9 has 0 receipts",
    ]


@pytest.mark.parametrize("numbers", [(1, 3), (2, 3), (1, 1, 2)])
def test_a_gap_and_a_double_are_named(numbers: tuple[int, ...]) -> None:
    found = [Document(f"pi_{place}", "R-2026", number) for place, number in enumerate(numbers)]

    [wrong] = verdict.of_receipts(found, payments=[])

    assert wrong == f"the numbers of R-2026 have a gap or a double: {list(numbers)}"


def letters(*message_ids: str, record: Record | None) -> list[str]:
    """What is wrong when these came to Ada, with that on record."""
    records = [] if record is None else [record]
    return list(verdict.of_letters({ADA: message_ids}, records=records, people=[ADA]))


def test_one_letter_that_is_on_record_is_right() -> None:
    assert letters("1@clinic.example", record=a_record()) == []


def test_a_letter_that_did_not_come_or_is_not_settled_or_not_on_record_is_named() -> None:
    assert letters(record=a_record()) == [f"{ADA} got 0 letters, of which 0 differ"]
    assert letters("1@clinic.example", record=a_record(state="queued")) == [f"{ADA} has on record: queued"]
    assert letters("1@clinic.example", record=None) == [f"{ADA} has on record: nothing"]


def test_a_second_copy_is_right_only_where_a_process_died_while_it_was_sent() -> None:
    twice = ("1@clinic.example", "1@clinic.example")

    assert letters(*twice, record=a_record(possible_double=True)) == []
    assert letters(*twice, record=a_record()) == [f"{ADA} got 2 copies, and nothing on record says why"]
    different = letters("1@clinic.example", "2@clinic.example", record=a_record(possible_double=True))
    assert different == [f"{ADA} got 2 letters, of which 2 differ"]


@pytest.mark.parametrize("hour", range(24))
def test_the_patients_clock_shows_noon_at_any_hour(hour: int) -> None:
    now = datetime(2026, 3, 1, hour, 30, tzinfo=UTC)

    there = now.astimezone(ZoneInfo(traffic.zone_by_day(now)))

    assert (there.hour, there.minute) == (12, 30)
