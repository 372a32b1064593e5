"""What stands on the PDF of a refund, a chargeback, and of what takes one of them back, read back from its glyphs."""

from __future__ import annotations

from typing import Any

import pytest

from receipts import document, kinds, rendering, words
from receipts.snapshot import Correction, Line, Snapshot, Tax
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, a_snapshot

NUMBER = "RF-2026-000007"
LANGUAGES = ["en", "de", "pl", "ar"]
CORRECTING = [kind for kind in kinds.KINDS if kind != kinds.RECEIPT]
SAYS: dict[tuple[str, str], list[str]] = {
    ("refund", "en"): ["Refund", "Document number", "Date of refund", "Refunded", "Refund reference", "re_1"],
    ("refund", "de"): ["Erstattungsbeleg", "Belegnummer", "Datum der Erstattung", "Erstattet", "Erstattungsreferenz"],
    ("refund", "pl"): ["Potwierdzenie zwrotu", "Numer dokumentu", "Data zwrotu", "Zwrócono", "Identyfikator zwrotu"],
    ("refund", "ar"): ["إشعار استرداد", "رقم المستند", "تاريخ الاسترداد", "المسترد", "مرجع الاسترداد"],
    ("refund_reversal", "en"): ["Refund taken back", "Date of correction", "Taken back", "Refund reference"],
    ("dispute", "en"): ["Chargeback", "Date of chargeback", "Charged back", "Dispute reference"],
    ("dispute_reversal", "en"): ["Chargeback taken back", "Date of correction", "Taken back", "Dispute reference"],
}
BALANCE = {
    "en": ["Paid", "€123.00", "Returned so far", "-€50.00", "Balance", "€73.00"],
    "de": ["Bezahlt", "123,00 €", "Bisher zurückgezahlt", "-50,00 €", "Saldo", "73,00 €"],
    "pl": ["Zapłacono", "123,00 €", "Dotychczas zwrócono", "-50,00 €", "Saldo", "73,00 €"],
    "ar": ["المدفوع", "123.00 €", "المعاد حتى الآن", "-50.00 €", "الرصيد", "73.00 €"],
}

ISSUED_ON = {"en": "November 18, 2026", "de": "18. November 2026", "pl": "18 listopada 2026", "ar": "18 نوفمبر 2026"}


def a_correction(kind: str = kinds.REFUND, *, locale: str = "en", **changes: Any) -> Snapshot:
    """50.00 EUR of 123.00, away from the clinic or back to it."""
    amount = 5000 if "reversal" in kind else -5000
    undone = {"undoes": "RF-2026-000003", "undone_issued_on": "2026-11-19"} if amount > 0 else {}
    correction = Correction(
        receipt="R-2026-000042", issued_on="2026-11-18", payment="pi_1", paid=12300, returned=5000, **undone
    )
    told: dict[str, Any] = {
        "lines": (Line("Part", quantity=1, unit_amount=amount, amount=amount, tax_rate="23"),),
        "taxes": (Tax("23", net=-4065, amount=-935),),
        "correction": correction,
    }
    return a_snapshot(kind=kind, reference="re_1", locale=locale, **(told | changes))


def a_pdf(snapshot: Snapshot) -> bytes:
    return rendering.render(snapshot, number=NUMBER, issued_at=ISSUED_AT)


def said(snapshot: Snapshot) -> list[list[str]]:
    """The letters of each piece of text; a line that runs from the right is drawn the other way round."""
    return [reading.letters(piece) for piece in reading.pieces(a_pdf(snapshot))]


@pytest.mark.parametrize(("kind", "locale"), SAYS)
def test_each_kind_calls_itself_its_number_its_day_and_its_sum_by_name(kind: str, locale: str) -> None:
    found = said(a_correction(kind, locale=locale))

    assert [text for text in SAYS[kind, locale] if reading.letters(text) not in found] == []


@pytest.mark.parametrize("locale", LANGUAGES)
def test_it_names_the_receipt_that_it_corrects_and_shows_how_the_payment_stands(locale: str) -> None:
    found = said(a_correction(locale=locale))

    start = found.index(reading.letters(BALANCE[locale][0]))
    assert found[start : start + 6] == [reading.letters(text) for text in BALANCE[locale]]
    assert reading.letters("R-2026-000042") in found
    assert reading.letters(ISSUED_ON[locale]) in found


def test_a_movement_away_from_the_clinic_is_negative_and_one_back_to_it_is_not() -> None:
    refund, reversal = reading.pieces(a_pdf(a_correction())), reading.pieces(a_pdf(a_correction("refund_reversal")))

    assert refund[refund.index("Refunded") + 1] == "-€50.00"
    assert refund[refund.index("Net at 23%") + 1] == "-€40.65"
    assert reversal[reversal.index("Taken back") + 1] == "€50.00"


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", ["refund_reversal", "dispute_reversal"])
def test_what_takes_a_document_back_names_it_with_its_date(kind: str, locale: str) -> None:
    composed = document.compose(
        a_correction(kind, locale=locale), number=NUMBER, issued_at=ISSUED_AT, words=words.of(locale)
    )

    note = reading.plain(composed.note)

    assert "RF-2026-000003" in note
    assert "19" in note
    assert "2026" in note.replace("RF-2026-000003", "")
    assert "{" not in note


def test_more_returned_than_paid_is_said_as_it_is() -> None:
    over = Correction(receipt="R-2026-000042", issued_on="2026-11-18", payment="pi_1", paid=12300, returned=14000)

    found = reading.pieces(a_pdf(a_correction(correction=over)))

    assert found[found.index("Balance") + 1] == "-€17.00"


@pytest.mark.parametrize("kind", CORRECTING)
def test_it_is_archival_tagged_and_the_same_bytes_each_time(kind: str) -> None:
    first, second = a_pdf(a_correction(kind, locale="ar")), a_pdf(a_correction(kind, locale="ar"))

    pdf = reading.open_pdf(first)
    root: Any = pdf.trailer["/Root"]
    assert first == second
    assert len(pdf.pages) == 1
    assert b"pdfaid:part" in root["/Metadata"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ar"
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).endswith(NUMBER)


@pytest.mark.parametrize("kind", CORRECTING)
def test_the_template_is_one_of_its_own_so_that_receipts_keep_theirs(kind: str) -> None:
    assert kinds.get(kind).template != kinds.get(kinds.RECEIPT).template
    assert rendering.versions(a_correction(kind))["template"].startswith(kinds.get(kind).template)
