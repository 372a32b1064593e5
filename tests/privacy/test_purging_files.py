"""A purged document's PDF goes with it; what can't be deleted now holds up nothing, and waits for the next purge."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from privacy import purging
from receipts.models import Receipt
from tests.privacy.treated import a_checkout, a_treated_patient, later, places, purge

pytestmark = pytest.mark.django_db(transaction=True)
OVER = later(days=11 * 366)


def stuck(receipt: Receipt, *, folder: str) -> Path:
    """Make the PDF something that can't be deleted, even by an administrator: a folder with something in it."""
    file = Path(folder) / receipt.pdf_key
    file.unlink()
    (file / "inside").mkdir(parents=True)
    return file


def test_the_file_goes_in_the_same_run() -> None:
    a_treated_patient()

    run = purge(now=OVER)

    assert (run.counts["receipts"], run.counts["PDFs"]) == (1, 1)
    assert Receipt.objects.get().pdf_key == ""


def test_a_storage_that_deletes_nothing_holds_up_neither_documents_nor_the_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [a_treated_patient(a_checkout(f"visit-{number}"))[1] for number in range(3)]
    files = [stuck(each, folder=settings.MEDIA_ROOT) for each in documents]
    monkeypatch.setattr(purging, "SLICE", 2)

    run = purge(now=OVER)

    assert run.finished_at
    assert (run.counts["receipts"], run.counts.get("PDFs", 0)) == (3, 0)
    assert places() == set()
    assert all(file.exists() for file in files)


def test_what_is_left_goes_with_the_next_purge_and_counts_then(settings: Settings) -> None:
    _, receipt = a_treated_patient()
    file = stuck(receipt, folder=settings.MEDIA_ROOT)
    purge(now=OVER)
    (file / "inside").rmdir()

    run = purge(now=OVER)

    assert run.counts == {"PDFs": 1}
    assert not file.exists()
    assert Receipt.objects.get().pdf_key == ""
    assert Receipt.objects.get().purge.at
