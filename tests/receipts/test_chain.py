"""Whatever is done to the rows behind the program's back is found, and called what it is. On PostgreSQL."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_django
from django.db import connection
from django.test.utils import CaptureQueriesContext

from receipts import chain, filing, issuing, sealing, seals, signing
from receipts.chain import Head
from receipts.findings import Finding, Kind
from receipts.models import Receipt, Series
from receipts.signing import SigningKey
from tests.receipts.builders import ISSUED_AT, a_snapshot
from tests.receipts.racing import at_once, issue_with_random_rollbacks
from tests.receipts.tampering import issue_one, issued, number, renumber_after, rows, swap_contents, swap_numbers

pytestmark = pytest.mark.django_db
OTHER = SigningKey(b"visibly-fake-key-of-another-one!")
UNSEALED = {"previous_hash": "", "hash": "", "key_id": "", "signature": ""}


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest_django.Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))


def found(series: str | None = None) -> list[tuple[str, str]]:
    """Kind and place of everything that is wrong."""
    return [(str(finding.kind), finding.where) for finding in chain.check(series) if finding.wrong]


def the_one() -> Finding:
    """The only thing that is wrong."""
    [finding] = [each for each in chain.check() if each.wrong]
    return finding


def from_before_seals(*indexes: int) -> None:
    """As a release without seals left them."""
    for row in rows(*indexes):
        rows(row.sequence).update(snapshot={**row.snapshot, "template_version": "v1"}, **UNSEALED)


def sign_again(row: Receipt, key: SigningKey, **changes: Any) -> None:
    """Change a row and seal it anew, as only somebody with a key can."""
    Receipt.objects.filter(pk=row.pk).update(**changes)
    row.refresh_from_db()
    sealed = key.sign(seals.document_of(row))
    Receipt.objects.filter(pk=row.pk).update(hash=sealed.hash, key_id=sealed.key_id, signature=sealed.signature)


def our_key(settings: pytest_django.Settings) -> SigningKey:
    return SigningKey(signing.raw_key(settings.RECEIPT_SIGNING_KEYS[0]))


def test_each_document_carries_the_hash_of_the_one_before_it_in_its_series() -> None:
    first, second, third = issued(3)
    refund = issuing.issue(a_snapshot(kind="refund", reference="re_1"), at=ISSUED_AT)

    assert first.previous_hash == sealing.genesis("R-2026")
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert refund.previous_hash == sealing.genesis("RF-2026")
    assert chain.check() == []


def test_a_row_is_sealed_as_it_is_read_back_from_the_database() -> None:
    [receipt] = issued(1, patient_name='王小明 "Żółć" \u2028 محمد')

    receipt.refresh_from_db()

    sealed = seals.of(receipt)
    assert sealed is not None
    assert sealed.is_whole


@pytest.mark.django_db(transaction=True)
def test_200_receipts_from_20_threads_with_random_rollbacks_are_one_unbroken_chain() -> None:
    assert connection.vendor == "postgresql"

    issue_with_random_rollbacks(threads=20, each=10)

    assert Receipt.objects.count() == 200
    assert Receipt.objects.values("previous_hash").distinct().count() == 200
    assert chain.check() == []


@pytest.mark.django_db(transaction=True)
def test_threads_whose_clocks_were_read_in_another_order_are_not_taken_for_back_dating() -> None:
    moments = [ISSUED_AT + timedelta(seconds=random.Random(index).random() * 60) for index in range(20)]

    at_once(20, lambda index: issuing.issue(a_snapshot(reference=f"pi_{index}"), at=moments[index]))

    dates = list(Receipt.objects.order_by("sequence").values_list("issued_at", flat=True))
    assert dates == sorted(dates)
    assert max(dates) == max(moments)
    assert chain.check() == []


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 1},
        {"currency": "PLN"},
        {"kind": "refund"},
        {"test": True},
        {"reference": "pi_other"},
        {"snapshot": {"patient_name": "Somebody Else"}},
        {"snapshot": []},
        {"issued_at": ISSUED_AT + timedelta(seconds=2, microseconds=1)},
        {"previous_hash": "0" * 64},
        {"hash": "0" * 64},
    ],
)
def test_a_row_that_was_changed_is_found(change: dict[str, Any]) -> None:
    issued(5)

    rows(3).update(**change)

    assert found() == [("changed", number(3))]


def test_a_changed_row_is_explained_by_its_pdf_field_by_field_and_without_anybodys_data() -> None:
    receipt = issued(3, patient_name="Jan Kowalski")[1]
    claimed = filing.claim(receipt.pk)
    assert claimed is not None
    filing.record(claimed, filing.file_pdf(claimed), now=ISSUED_AT)

    rows(2).update(amount=1, snapshot={**receipt.snapshot, "patient_name": "Piotr Nowak", "total": 1})

    assert "what differs is amount, snapshot.patient_name, snapshot.total" in the_one().what
    assert "Nowak" not in str(the_one())


@pytest.mark.parametrize("removed", [(1,), (3,), (3, 4), (5,), (4, 5)])
def test_a_row_that_was_removed_is_found_wherever_it_was(removed: tuple[int, ...]) -> None:
    issued(5)

    rows(*removed).delete()

    place = number(removed[0]) if len(removed) == 1 else f"{number(removed[0])} to {number(removed[-1])}"
    assert found() == [("missing", place)]


def test_a_series_that_was_removed_whole_is_found_by_its_counter() -> None:
    issued(3)

    Receipt.objects.all().delete()

    assert found() == [("missing", f"{number(1)} to {number(3)}")]


def test_a_row_that_was_removed_is_found_even_when_the_others_are_numbered_anew() -> None:
    issued(5)

    renumber_after(removed=3)

    assert found() == [("renumbered", number(3)), ("renumbered", number(4)), ("missing", number(5))]


def test_a_last_row_that_was_removed_with_its_number_is_found_by_the_head_that_was_noted() -> None:
    noted = issued(3)[2]
    rows(3).delete()
    Series.objects.update(last=2)

    [finding] = chain.still_there(Head(noted.number, noted.hash[:16]))

    assert found() == []
    assert (finding.kind, finding.where) == (Kind.HEAD, number(3))
    assert chain.still_there(chain.head_of("R-2026") or Head("", "")) == []


def test_a_head_that_has_another_hash_now_was_replaced() -> None:
    issued(2)

    [finding] = chain.still_there(Head(number(2), "0" * 64))

    assert "replaced" in finding.what


def test_a_row_that_was_back_dated_is_found() -> None:
    issued(5)

    rows(3).update(issued_at=ISSUED_AT - timedelta(days=30))

    assert found() == [("back-dated", number(3))]


def test_a_row_that_was_back_dated_by_a_moment_is_found_by_its_pdf() -> None:
    receipt = issued(3)[2]
    claimed = filing.claim(receipt.pk)
    assert claimed is not None
    filing.record(claimed, filing.file_pdf(claimed), now=ISSUED_AT)

    rows(3).update(issued_at=receipt.issued_at - timedelta(milliseconds=1))

    assert found() == [("back-dated", number(3))]


def test_back_dating_with_the_clinics_own_key_is_found_too(settings: pytest_django.Settings) -> None:
    last = issued(3)[2]

    sign_again(last, our_key(settings), issued_at=ISSUED_AT - timedelta(days=30))

    assert found() == [("back-dated", number(3))]


@pytest.mark.parametrize("swap", [swap_numbers, swap_contents])
@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 5), (4, 5)])
def test_two_rows_that_were_swapped_are_found_and_both_named(
    swap: Callable[[int, int], None], one: int, other: int
) -> None:
    issued(5)

    swap(one, other)

    assert found() == [("swapped", number(one)), ("swapped", number(other))]


def test_a_row_sealed_anew_with_the_clinics_own_key_breaks_the_link_to_the_next(
    settings: pytest_django.Settings,
) -> None:
    second = issued(4)[1]

    sign_again(second, our_key(settings), amount=1)

    assert found() == [("broken-link", number(3))]


def test_a_row_sealed_anew_with_another_key_is_found(settings: pytest_django.Settings) -> None:
    second = issued(4)[1]

    sign_again(second, OTHER, amount=1)

    assert found() == [("unknown-key", number(2))]


def test_a_row_that_only_says_that_our_key_signed_it_is_found(settings: pytest_django.Settings) -> None:
    second = issued(4)[1]

    sign_again(second, OTHER, amount=1)
    rows(2).update(key_id=our_key(settings).public.id)

    assert found() == [("forged-signature", number(2))]


def test_many_changed_rows_are_all_found() -> None:
    issued(60)

    rows(*range(1, 61)).update(amount=1)

    assert sorted(found()) == [("changed", number(index)) for index in range(1, 61)]


def test_a_counter_that_was_turned_back_or_removed_is_found() -> None:
    issued(3)

    Series.objects.update(last=2)
    turned_back = the_one()
    Series.objects.all().delete()

    assert (turned_back.kind, turned_back.where) == (Kind.COUNTER, "R-2026")
    assert found() == [("counter", "R-2026")]


def test_a_counter_that_was_moved_ahead_leaves_numbers_that_nobody_has() -> None:
    issued(2)
    Series.objects.update(last=5)
    issue_one(6)

    assert found() == [("unused-number", f"{number(3)} to {number(5)}")]


def test_documents_from_before_there_were_seals_are_counted_and_not_accused() -> None:
    for index in (1, 2):
        issue_one(index)
    from_before_seals(1, 2)
    issue_one(3)

    [note] = chain.check()

    assert (note.kind, note.wrong) == (Kind.BEFORE_SEALS, False)
    assert "first 2 documents" in note.what
    assert rows(3).get().previous_hash == sealing.genesis("R-2026")


def test_a_row_removed_from_before_there_were_seals_is_still_found() -> None:
    issued(2)
    from_before_seals(1, 2)
    issue_one(3)

    rows(1).delete()

    assert found() == [("missing", number(1))]


def test_a_worker_of_the_release_before_may_issue_in_between() -> None:
    issued(2)
    issue_one(3)
    from_before_seals(3)
    at_the_end = found()
    issue_one(4)

    assert at_the_end == [("not-sealed", number(2))]
    assert [(each.kind, each.where, each.wrong) for each in chain.check()] == [(Kind.NOT_SEALED, number(4), False)]


@pytest.mark.parametrize("stripped", [(1,), (2,), (1, 2), (2, 3)])
def test_a_seal_that_was_taken_off_is_found(stripped: tuple[int, ...]) -> None:
    issued(4)

    rows(*stripped).update(**UNSEALED)

    assert found() == [("seal-removed", number(index)) for index in stripped]


def test_a_seal_that_was_taken_off_is_found_even_when_the_row_poses_as_an_old_one() -> None:
    issued(4)

    from_before_seals(1, 2)

    assert found() == [("seal-removed", number(3))]


def test_keys_may_change_while_the_chain_goes_on(settings: pytest_django.Settings) -> None:
    old = our_key(settings)
    issued(2)
    settings.RECEIPT_SIGNING_KEYS = [base64.b64encode(OTHER.seed).decode(), f"public:{old.public.text}"]
    third = issue_one(3)

    with_both = found()
    settings.RECEIPT_SIGNING_KEYS = [base64.b64encode(OTHER.seed).decode()]

    assert third.key_id == OTHER.public.id
    assert with_both == []
    assert found() == [("unknown-key", number(1)), ("unknown-key", number(2))]


def test_one_series_can_be_checked_alone() -> None:
    issued(2)
    issuing.issue(a_snapshot(kind="refund", reference="re_1"), at=ISSUED_AT)

    Receipt.objects.update(amount=1)

    assert found("RF-2026") == [("changed", "RF-2026-000001")]


def test_checking_reads_in_pages_and_asks_nothing_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    issued(30)
    monkeypatch.setattr(chain, "PAGE", 10)

    with CaptureQueriesContext(connection) as queries:
        assert chain.check("R-2026") == []

    assert len(queries) == 1 + 4 + 1


def test_an_insert_that_knows_no_seals_still_works() -> None:
    row: dict[str, Any] = {
        "series": "R-2026",
        "sequence": 1,
        "number": number(1),
        "kind": "receipt",
        "reference": "pi_1",
    }
    row |= {"test": False, "currency": "EUR", "amount": 1, "issued_at": ISSUED_AT, "snapshot": "{}"}
    row |= {"attempts": 0, "last_error": "", "pdf_key": "", "pdf_sha256": "", "rendered_with": "{}"}
    places = ", ".join(["%s"] * len(row))

    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO receipts_receipt ({', '.join(row)}) VALUES ({places})", list(row.values()))  # noqa: S608

    assert rows(1).get().hash == ""
