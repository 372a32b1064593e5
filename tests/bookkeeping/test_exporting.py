"""The bookkeeper's file: numbers that add up, days by the clinic's calendar, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import os
import stat
import tracemalloc
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Message
from payments_service.bookkeeping import days, exporting, selectors
from receipts import frozen
from receipts.models import Receipt
from tests.bookkeeping.a_day import DAY, NOON, a_documented_refund, a_receipted_payment
from tests.receipting.paid_visits import a_taxed_visit
from tests.receipts.builders import a_snapshot

pytestmark = pytest.mark.django_db


def rows(first: date = DAY, last: date = DAY, *, names: bool = False) -> list[dict[str, str]]:
    """The file as a program reads it."""
    text = "".join(exporting.documents(first, last, names=names)).removeprefix(exporting.BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_receipt_and_its_refund_are_a_row_each_and_sum_to_what_is_left() -> None:
    document = a_documented_refund(amount=4_050)

    receipt, refund = rows()

    assert Decimal(receipt["gross"]) + Decimal(refund["gross"]) == Decimal("79.50")
    assert refund == {
        "number": document.number,
        "kind": "refund",
        "series": "TEST-RF-2026",
        "issued_on": "2026-09-21",
        "paid_on": "2026-09-21",
        "currency": "EUR",
        "tax_rate": "",
        "net": "-40.50",
        "tax": "0.00",
        "gross": "-40.50",
        "total": "-40.50",
        "corrects": receipt["number"],
        "undoes": "",
        "balance": "79.50",
        "reference": document.reference,
        "payment": receipt["reference"],
        "delivery": "queued",
        "test": "yes",
        "sha256": document.pdf_sha256,
    }
    assert (receipt["balance"], receipt["payment"], receipt["delivery"]) == ("", receipt["reference"], "sent")


def test_a_document_has_a_row_for_each_tax_rate_and_one_for_what_is_not_taxed() -> None:
    a_taxed_visit((12_300, "23"), (10_800, "8"), (5_000, ""))
    (day,) = Receipt.objects.values_list("issued_at", flat=True)

    found = rows(day.date(), day.date())

    assert [(row["tax_rate"], row["net"], row["tax"], row["gross"]) for row in found] == [
        ("8", "100.00", "8.00", "108.00"),
        ("23", "100.00", "23.00", "123.00"),
        ("", "50.00", "0.00", "50.00"),
    ]
    assert {row["total"] for row in found} == {"281.00"}


@pytest.mark.parametrize(
    ("currency", "amount", "written"), [("jpy", 500, "500"), ("kwd", 12_340, "12.340"), ("isk", 50_000, "500.00")]
)
def test_amounts_are_written_by_the_currencys_exponent(currency: str, amount: int, written: str) -> None:
    a_receipted_payment(amount=amount, currency=currency)

    (row,) = rows()

    assert (row["total"], row["currency"]) == (written, currency.upper())


def test_days_are_the_clinics_and_both_ends_are_included() -> None:
    receipt = a_receipted_payment()
    Receipt.objects.update(issued_at="2026-09-21T22:30:00+00:00")  # half past midnight in Warsaw

    found = {last: [row["issued_on"] for row in rows(DAY, last)] for last in (DAY, date(2026, 9, 22))}

    assert receipt.issued_at == NOON
    assert list(found.values()) == [[], ["2026-09-22"]]


def test_nobodys_name_is_in_it_unless_it_is_asked_for() -> None:
    a_receipted_payment(name="Zofia Wiśniewska")

    without, with_names = "".join(exporting.documents(DAY, DAY)), rows(names=True)

    assert without.isascii()
    assert "Zofia" not in without
    assert [row["payer"] for row in with_names] == ["Zofia Wiśniewska"]


def test_with_names_it_begins_with_the_mark_that_excel_needs() -> None:
    first = next(exporting.documents(DAY, DAY, names=True)).encode()

    assert first.startswith(b"\xef\xbb\xbfnumber,")
    assert first.endswith(b",patient,payer\r\n")


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_stay_numbers(name: str) -> None:
    a_documented_refund(amount=4_000, name=name)

    found = rows(names=True)

    assert {row["payer"] for row in found} == {f"'{name}"}
    assert [row["gross"] for row in found] == ["120.00", "-40.00"]


def test_documents_come_in_the_order_of_issue_across_many_pages() -> None:
    many_documents(1_203)

    found = rows()

    assert [row["number"] for row in found] == [f"R-2026-{n:06d}" for n in range(1, 1_204)]


def test_years_of_documents_take_no_more_memory_than_a_few() -> None:
    many_documents(100)
    few = peak_of(selectors.documents(NOON, NOON + days.DAY, at_once=50))
    many_documents(400, after=100)

    many = peak_of(selectors.documents(NOON, NOON + days.DAY, at_once=50))

    assert many < 1.2 * few


def peak_of(documents: Iterable[object]) -> int:
    """The most memory (bytes) that was held while all of these were read."""
    tracemalloc.start()
    try:
        for _ in documents:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def many_documents(count: int, *, after: int = 0) -> None:
    """So many receipts that were all issued at the same instant, as by a machine that catches up."""
    snapshot = frozen.to_json(a_snapshot())
    about: dict[str, Any] = {"series": "R-2026", "kind": "receipt", "test": False, "currency": "EUR", "amount": 12_000}
    Receipt.objects.bulk_create(
        Receipt(sequence=n, number=f"R-2026-{n:06d}", reference=f"pi_{n}", issued_at=NOON, snapshot=snapshot, **about)
        for n in range(after + 1, after + count + 1)
    )


def export(*arguments: str) -> str:
    """What the command prints."""
    printed = io.StringIO(newline="")
    call_command("export_documents", *arguments, stdout=printed, stderr=io.StringIO())
    return printed.getvalue()


def test_the_command_prints_the_file() -> None:
    a_receipted_payment()

    printed = export("--from", "2026-09-01", "--to", "2026-09-30")

    assert printed == "".join(exporting.documents(DAY, DAY))


def test_the_command_writes_a_file_with_the_line_ends_of_the_standard(tmp_path: Path) -> None:
    receipt = a_receipted_payment()
    target = tmp_path / "documents.csv"

    export("--from", "2026-09-21", "--to", "2026-09-21", "--output", str(target), "--with-names")

    written = target.read_bytes()
    assert written.count(b"\r\n") == written.count(b"\n") == 2
    assert receipt.number in written.decode("utf-8-sig")
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(("names", "mode"), [(["--with-names"], 0o600), ([], 0o644)], ids=["names", "none"])
def test_a_file_with_names_is_for_its_owner_alone(tmp_path: Path, names: list[str], mode: int) -> None:
    target = tmp_path / "documents.csv"
    target.touch(0o644)
    (tmp_path / ".documents.csv.unfinished").touch(0o644)
    before = os.umask(0o022)

    try:
        export("--from", "2026-09-21", "--to", "2026-09-21", "--output", str(target), "--overwrite", *names)
    finally:
        os.umask(before)

    assert stat.S_IMODE(target.stat().st_mode) == mode


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(CommandError, match="can't be written"):
        export("--from", "2026-09-21", "--to", "2026-09-21", "--output", str(tmp_path / "taken"))

    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_file_that_is_there_is_refused_before_any_document_is_read(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    target = tmp_path / "documents.csv"
    target.write_text("of last month")

    with django_assert_num_queries(0), pytest.raises(CommandError, match="is there already, and nothing was done"):
        export("--from", "2026-09-21", "--to", "2026-09-21", "--output", str(target))

    assert [(path, path.read_text()) for path in tmp_path.iterdir()] == [(target, "of last month")]


def test_a_file_that_is_there_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "documents.csv"
    target.write_text("of last month")

    export("--from", "2026-09-21", "--to", "2026-09-21", "--output", str(target), "--overwrite")

    assert target.read_text(encoding="utf-8-sig").startswith("number,")
    assert list(tmp_path.iterdir()) == [target]


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(CommandError, match="--to is before --from"):
        export("--from", "2026-09-21", "--to", "2026-09-20")


def test_the_standing_of_a_letter_is_that_of_the_newest() -> None:
    a_receipted_payment()
    Message.objects.update(state="bounced")

    assert [row["delivery"] for row in rows()] == ["bounced"]


def test_a_document_that_is_not_printed_yet_is_in_the_file_too() -> None:
    a_taxed_visit((1_000, ""))
    (issued_at,) = Receipt.objects.values_list("issued_at", flat=True)

    (row,) = rows(issued_at.date(), issued_at.date())

    assert (row["delivery"], row["sha256"]) == ("no_pdf", "")
