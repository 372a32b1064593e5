"""From an issued row to a stored PDF, and back to its bytes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
import pytest_django
from django.core.files.storage import default_storage
from django.db import connection

from receipts import filing, issuing, purging, rendering, selectors, storage
from receipts.models import Receipt
from servicekit import claims
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, a_clinic, a_logo, a_snapshot
from tests.receipts.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: pytest_django.Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))


def an_issued_receipt(reference: str = "pi_1", logo: str = "") -> Receipt:
    return issuing.issue(a_snapshot(reference=reference, clinic=a_clinic(logo=logo)), at=ISSUED_AT)


def file_if_due(receipt_id: int) -> bool:
    """The whole stage, as its caller composes it."""
    receipt = filing.claim(receipt_id)
    return receipt is not None and filing.record(receipt, filing.file_pdf(receipt), now=ISSUED_AT)


def a_filed_receipt() -> Receipt:
    receipt = an_issued_receipt()
    assert file_if_due(receipt.pk)
    receipt.refresh_from_db()
    return receipt


def test_a_due_receipt_is_rendered_stored_and_put_on_record() -> None:
    receipt = an_issued_receipt()

    assert file_if_due(receipt.pk)

    receipt.refresh_from_db()
    content = storage.read_pdf(receipt.pdf_key)
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
    assert "R-2026-000001" in reading.pieces(content)
    assert (receipt.rendered_at, receipt.due_at) == (ISSUED_AT, None)
    assert receipt.rendered_with["weasyprint"] == rendering.versions(a_snapshot())["weasyprint"]


def test_a_storage_key_names_the_receipt_and_no_person() -> None:
    receipt = a_filed_receipt()

    assert receipt.pdf_key == f"receipts/R-2026/R-2026-000001-{receipt.pdf_sha256[:12]}.pdf"


def test_a_receipt_that_is_filed_is_not_rendered_again() -> None:
    receipt = a_filed_receipt()

    assert not file_if_due(receipt.pk)
    assert selectors.due_for_rendering(limit=10) == []


def test_a_crash_between_storing_and_recording_ends_in_the_same_file() -> None:
    receipt = a_filed_receipt()
    before = receipt.pdf_key
    claims.wake(Receipt.objects.all())

    assert file_if_due(receipt.pk)

    receipt.refresh_from_db()
    assert receipt.pdf_key == before
    assert default_storage.listdir("receipts/R-2026")[1] == [before.rpartition("/")[2]]


def test_half_a_file_that_a_crash_left_is_replaced() -> None:
    receipt = a_filed_receipt()
    key, whole = receipt.pdf_key, filing.read(receipt)
    with default_storage.open(key, "wb") as file:
        file.write(whole[:100])

    storage.keep_pdf(key, whole)

    assert storage.read_pdf(key) == whole


def test_a_receipt_whose_logo_is_missing_is_not_filed_without_it() -> None:
    receipt = an_issued_receipt(logo="ab" * 32)

    with pytest.raises(storage.LogoMissing):
        file_if_due(receipt.pk)

    receipt.refresh_from_db()
    assert receipt.pdf_key == ""
    assert receipt.due_at is not None


def test_a_worker_that_lost_its_lease_records_nothing() -> None:
    slow = filing.claim(an_issued_receipt().pk)
    assert slow is not None
    filed = filing.file_pdf(slow)
    claims.wake(Receipt.objects.all())
    quick = filing.claim(slow.pk)
    assert quick is not None

    assert not filing.record(slow, filed, now=ISSUED_AT)
    assert filing.record(quick, filed, now=ISSUED_AT)


def test_a_lost_file_comes_back_as_it_was() -> None:
    receipt = a_filed_receipt()
    before = filing.read(receipt)
    default_storage.delete(receipt.pdf_key)

    assert filing.read(receipt) == before
    assert storage.read_pdf(receipt.pdf_key) == before


def test_a_lost_file_that_comes_out_different_today_is_an_error() -> None:
    receipt = a_filed_receipt()
    default_storage.delete(receipt.pdf_key)
    receipt.pdf_sha256 = "0" * 64

    with pytest.raises(filing.Damaged, match="R-2026-000001"):
        filing.read(receipt)


def test_an_old_receipt_keeps_the_logo_of_its_day() -> None:
    old = storage.keep_logo(a_logo("teal"))
    receipt = an_issued_receipt(logo=old)
    before = filing.render(receipt)

    storage.keep_logo(a_logo("red"))

    assert filing.render(receipt) == before


@pytest.mark.django_db(transaction=True)
def test_workers_who_race_for_a_receipt_render_it_once() -> None:
    assert connection.vendor == "postgresql"
    receipt = an_issued_receipt()

    results = at_once(4, lambda _: file_if_due(receipt.pk))

    assert sorted(results) == [False, False, False, True]


def test_a_document_that_is_purged_while_somebody_reads_it_leaves_no_file() -> None:
    as_it_was_read = a_filed_receipt()
    purging.purge(before=ISSUED_AT + timedelta(days=366), limit=1, at=ISSUED_AT, why="its period is over")
    purging.purge_files(limit=1)

    with pytest.raises(filing.Damaged, match="has just been purged"):
        filing.read(as_it_was_read)

    assert storage.read_pdf(as_it_was_read.pdf_key) is None
    assert Receipt.objects.get().pdf_key == ""
