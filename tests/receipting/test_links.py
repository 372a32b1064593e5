"""An address that we sign opens one document for a while, and says nothing of anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from pytest_django import Settings

from payments_service.receipting import links
from receipts.models import Receipt
from tests.builders import a_receipt
from tests.receipting import pages

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = {links.PAGE: links.page_of, links.PDF: links.pdf_of}


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_is_public_and_absolute_and_names_nobody(settings: Settings, kind: str) -> None:
    settings.PUBLIC_URL = "https://clinic.example/payments/"
    receipt = a_receipt(email="ada@patient.example", name="Ada Nowak")

    address = KINDS[kind](receipt)

    assert address.startswith("https://clinic.example/payments/")
    secret = f"ada|nowak|patient|{receipt.number}|{receipt.reference}|2026|12000"
    assert not re.search(secret, address.removeprefix(settings.PUBLIC_URL), re.IGNORECASE)


@pytest.mark.parametrize(("kind", "life"), [(links.PAGE, timedelta(days=90)), (links.PDF, links.PDF_LIFE)])
def test_a_link_is_good_for_its_time_and_no_longer(kind: str, life: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt, moment = a_receipt(), timedelta(minutes=1)
    young = pages.aged(receipt, kind, life - moment, monkeypatch=monkeypatch)
    old = pages.aged(receipt, kind, life + moment, monkeypatch=monkeypatch)

    assert links.receipt_of(young, kind=kind) == receipt
    assert links.receipt_of(old, kind=kind) is None
    assert links.receipt_once_of(old, kind=kind) == receipt


def test_how_long_a_page_is_open_is_a_setting(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RECEIPT_LINK_DAYS = 2
    receipt = a_receipt()

    token = pages.aged(receipt, links.PAGE, timedelta(days=3), monkeypatch=monkeypatch)

    assert links.receipt_of(token, kind=links.PAGE) is None


def test_a_new_key_ends_links_unless_the_old_one_is_still_believed(settings: Settings) -> None:
    receipt = a_receipt()
    token = links.token_of(receipt, kind=links.PAGE)
    settings.SECRET_KEY, old = "another-visibly-fake-secret-key-for-tests-only", settings.SECRET_KEY

    ended = links.receipt_once_of(token, kind=links.PAGE)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert ended is None
    assert links.receipt_of(token, kind=links.PAGE) == receipt


def test_a_link_of_one_kind_opens_nothing_of_the_other() -> None:
    receipt = a_receipt()

    page, pdf = links.token_of(receipt, kind=links.PAGE), links.token_of(receipt, kind=links.PDF)

    assert links.receipt_once_of(page, kind=links.PDF) is None
    assert links.receipt_once_of(pdf, kind=links.PAGE) is None


def test_a_row_that_stands_for_another_document_since_is_not_shown() -> None:
    receipt = a_receipt()
    token = links.token_of(receipt, kind=links.PAGE)

    Receipt.objects.filter(pk=receipt.pk).update(reference="pi_of_somebody_else")

    assert links.receipt_of(token, kind=links.PAGE) is None


@pytest.mark.parametrize("reference", ["", "-", "x-y", "1", "9" * 30, "²-a", f"{2**63}-a"])
def test_a_reference_of_ours_that_leads_nowhere_opens_nothing(reference: str) -> None:
    token = links.signer(links.PAGE).sign(reference)

    assert links.receipt_of(token, kind=links.PAGE) is None
