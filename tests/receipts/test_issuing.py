"""Numbers without gaps, one receipt per movement of money, whatever happens around it. On PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from receipts import frozen, issuing, kinds, numbering
from receipts.models import Receipt, Series
from tests.receipts.builders import ISSUED_AT, a_snapshot
from tests.receipts.racing import Abandoned, at_once, issue_with_random_rollbacks, sequences


@pytest.mark.django_db
def test_the_first_receipts_of_a_year_are_one_and_two() -> None:
    first = issuing.issue(a_snapshot(reference="pi_1"), at=ISSUED_AT)
    second = issuing.issue(a_snapshot(reference="pi_2"), at=ISSUED_AT)

    assert (first.number, second.number) == ("R-2026-000001", "R-2026-000002")


@pytest.mark.django_db
def test_a_receipt_keeps_its_snapshot_and_repeats_what_lists_need() -> None:
    snapshot = a_snapshot(currency="jpy", template_version="v1")

    receipt = issuing.issue(snapshot, at=ISSUED_AT)

    receipt.refresh_from_db()
    assert frozen.from_json(receipt.snapshot) == snapshot
    assert (receipt.amount, receipt.currency, receipt.issued_at) == (12300, "JPY", ISSUED_AT)
    assert receipt.due_at is not None


@pytest.mark.django_db
def test_the_snapshot_remembers_todays_template() -> None:
    receipt = issuing.issue(a_snapshot(template_version=""), at=ISSUED_AT)

    assert frozen.from_json(receipt.snapshot).template_version == kinds.get("receipt").template


@pytest.mark.django_db
def test_issuing_again_gives_the_same_receipt_and_uses_no_number() -> None:
    first = issuing.issue(a_snapshot(reference="pi_1"), at=ISSUED_AT)
    again = issuing.issue(a_snapshot(reference="pi_1", patient_name="Changed since"), at=ISSUED_AT)

    assert (again.pk, again.snapshot) == (first.pk, first.snapshot)
    assert issuing.issue(a_snapshot(reference="pi_2"), at=ISSUED_AT).sequence == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "timezone", "series"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), "Europe/Warsaw", "R-2026"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "Europe/Warsaw", "R-2027"),
        (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), "America/Los_Angeles", "R-2026"),
        (datetime(2027, 1, 1, 8, 0, tzinfo=UTC), "America/Los_Angeles", "R-2027"),
    ],
)
def test_the_year_turns_by_the_clinics_clock(at: datetime, timezone: str, series: str) -> None:
    receipt = issuing.issue(a_snapshot(timezone=timezone), at=at)

    assert receipt.number == f"{series}-000001"


@pytest.mark.django_db
def test_test_mode_has_a_series_of_its_own() -> None:
    for_test = issuing.issue(a_snapshot(reference="pi_1", test=True), at=ISSUED_AT)
    real = issuing.issue(a_snapshot(reference="pi_2"), at=ISSUED_AT)

    assert (for_test.number, real.number) == ("TEST-R-2026-000001", "R-2026-000001")


@pytest.mark.django_db
def test_a_clinic_that_counts_for_itself_opens_its_numbers_in_each_kind_and_mode() -> None:
    ours = issuing.issue(a_snapshot(reference="pi_1"), at=ISSUED_AT)
    theirs = issuing.issue(a_snapshot(reference="pi_2"), at=ISSUED_AT, clinic="MU")
    refund = issuing.issue(a_snapshot(kind="refund", reference="re_1"), at=ISSUED_AT, clinic="MU")
    test = issuing.issue(a_snapshot(reference="pi_3", test=True), at=ISSUED_AT, clinic="MU")

    numbers = [receipt.number for receipt in (ours, theirs, refund, test)]
    assert numbers == ["R-2026-000001", "MU-R-2026-000001", "MU-RF-2026-000001", "TEST-MU-R-2026-000001"]
    assert theirs.series == "MU-R-2026"


@pytest.mark.django_db
def test_each_kind_has_a_series_of_its_own_and_one_document_of_each_kind_may_be_about_one_movement() -> None:
    issued = [issuing.issue(a_snapshot(kind=kind, reference="re_1"), at=ISSUED_AT) for kind in kinds.KINDS]

    assert [receipt.number for receipt in issued] == [
        "R-2026-000001",
        "RF-2026-000001",
        "RR-2026-000001",
        "CB-2026-000001",
        "CR-2026-000001",
    ]


@pytest.mark.django_db
def test_a_kind_that_does_not_exist_is_an_error_that_names_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"'invoice'; known are \['dispute', .*'receipt'"):
        issuing.issue(a_snapshot(kind="invoice"), at=ISSUED_AT)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_given_out_without_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        numbering.take("R-2026")


@pytest.mark.django_db(transaction=True)
def test_a_rollback_gives_the_number_back() -> None:
    def issue_and_fail() -> None:
        with transaction.atomic():
            issuing.issue(a_snapshot(reference="pi_2"), at=ISSUED_AT)
            raise Abandoned

    issuing.issue(a_snapshot(reference="pi_1"), at=ISSUED_AT)

    with pytest.raises(Abandoned):
        issue_and_fail()

    assert issuing.issue(a_snapshot(reference="pi_3"), at=ISSUED_AT).sequence == 2


@pytest.mark.django_db(transaction=True)
def test_200_receipts_from_20_threads_with_random_rollbacks_have_no_gap() -> None:
    assert connection.vendor == "postgresql"

    issue_with_random_rollbacks(threads=20, each=10)

    assert sequences("R-2026") == list(range(1, 201))
    assert Series.objects.get(name="R-2026").last == 200


def test_sqlite_gives_out_numbers_without_a_gap_too(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.receipts.issue_on_sqlite", str(tmp_path / "receipts.sqlite3")]

    result = subprocess.run(program, capture_output=True, text=True, check=True)

    assert result.stdout.split() == [str(number) for number in range(1, 25)]


@pytest.mark.django_db(transaction=True)
def test_callers_who_race_for_one_receipt_get_the_same_and_use_one_number() -> None:
    numbers = at_once(20, lambda _: issuing.issue(a_snapshot(reference="pi_same"), at=ISSUED_AT).number)

    assert set(numbers) == {"R-2026-000001"}
    assert issuing.issue(a_snapshot(reference="pi_next"), at=ISSUED_AT).sequence == 2


@pytest.mark.django_db(transaction=True)
def test_a_race_inside_the_callers_transactions_ends_the_same_way() -> None:
    def inside(index: int) -> str:
        with transaction.atomic():
            issuing.issue(a_snapshot(reference=f"pi_{index}"), at=ISSUED_AT)
        with transaction.atomic():
            return issuing.issue(a_snapshot(reference="pi_same"), at=ISSUED_AT).number

    numbers = at_once(10, inside)

    assert len(set(numbers)) == 1
    assert sequences("R-2026") == list(range(1, 12))


@pytest.mark.django_db(transaction=True)
def test_a_race_across_the_turn_of_the_year_leaves_no_gap_in_either_year() -> None:
    days = [datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)]

    at_once(10, lambda index: issuing.issue(a_snapshot(reference=f"pi_{index // 2}"), at=days[index % 2]))

    assert Receipt.objects.count() == 5
    for series in ("R-2026", "R-2027"):
        assert sequences(series) == list(range(1, len(sequences(series)) + 1))
