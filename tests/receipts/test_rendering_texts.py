"""What stands on the PDF, read back from its glyphs."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdf
import pytest

from receipts import rendering, stamp
from receipts.snapshot import Line, Method, Snapshot, Tax
from tests.receipts import reading
from tests.receipts.builders import a_clinic, a_line, a_pdf, a_small_snapshot, a_snapshot, sealed

SAYS = {
    "en": [
        "Receipt",
        "Receipt number",
        "Date of issue",
        "November 22, 2026",
        "Date of payment",
        "November 21, 2026",
        "Patient",
        "Paid by",
        "Date of visit",
        "November 20, 2026",
        "Practitioner",
        "Service code",
        "Description",
        "Quantity",
        "Unit price",
        "Tax",
        "Amount",
        "23%",
        "Net at 23%",
        "Tax at 23%",
        "Total",
        "Paid",
        "Payment method",
        "Visa ending 4242 (Apple Pay)",
        "Payment reference",
        "Tax ID: PL5250000000",
        "Page 1 of 1",
    ],
    "de": [
        "Zahlungsbeleg",
        "Belegnummer",
        "Ausstellungsdatum",
        "22. November 2026",
        "Zahlungsdatum",
        "21. November 2026",
        "Patient/in",
        "Bezahlt von",
        "Behandlungsdatum",
        "20. November 2026",
        "Behandelnde Person",
        "Leistungsnummer",
        "Beschreibung",
        "Menge",
        "Einzelpreis",
        "USt.",
        "Betrag",
        "23 %",
        "Netto zu 23 %",
        "USt. 23 %",
        "Gesamtbetrag",
        "Bezahlt",
        "Zahlungsart",
        "Visa, endet auf 4242 (Apple Pay)",
        "Zahlungsreferenz",
        "Steuernummer: PL5250000000",
        "Seite 1 von 1",
    ],
    "pl": [
        "Potwierdzenie zapłaty",
        "Numer potwierdzenia",
        "Data wystawienia",
        "22 listopada 2026",
        "Data zapłaty",
        "21 listopada 2026",
        "Pacjent",
        "Płatnik",
        "Data wizyty",
        "20 listopada 2026",
        "Specjalista",
        "Kod usługi",
        "Opis",
        "Ilość",
        "Cena jedn.",
        "VAT",
        "Kwota",
        "23%",
        "Netto 23%",
        "VAT 23%",
        "Razem",
        "Zapłacono",
        "Metoda płatności",
        "Visa, końcówka 4242 (Apple Pay)",
        "Identyfikator płatności",
        "NIP: PL5250000000",
        "Strona 1 z 1",
    ],
    "ar": [
        "إيصال",
        "رقم الإيصال",
        "تاريخ الإصدار",
        "22 نوفمبر 2026",
        "تاريخ الدفع",
        "21 نوفمبر 2026",
        "المريض",
        "الدافع",
        "تاريخ الزيارة",
        "20 نوفمبر 2026",
        "مقدم الرعاية",
        "رمز الخدمة",
        "الوصف",
        "الكمية",
        "سعر الوحدة",
        "الضريبة",
        "المبلغ",
        "23%",
        "الصافي بنسبة 23%",
        "الضريبة بنسبة 23%",
        "الإجمالي",
        "المدفوع",
        "طريقة الدفع",
        "Visa تنتهي بـ 4242 (Apple Pay)",
        "مرجع الدفع",
        "الرقم الضريبي: PL5250000000",
        "صفحة 1 من 1",
    ],
}
# The line's amount, its net and its tax, in the provider's minor units.
AMOUNTS = {
    "EUR": (123000, 100000, 23000),
    "JPY": (1230, 1000, 230),
    "KWD": (1230000, 1000000, 230000),
    "ISK": (123000, 100000, 23000),
}
PRINTED = {
    ("en", "EUR"): ("€1,230.00", "€1,000.00", "€230.00"),
    ("en", "JPY"): ("¥1,230", "¥1,000", "¥230"),
    ("en", "KWD"): ("KWD 1,230.000", "KWD 1,000.000", "KWD 230.000"),
    ("en", "ISK"): ("ISK 1,230", "ISK 1,000", "ISK 230"),
    ("de", "EUR"): ("1.230,00 €", "1.000,00 €", "230,00 €"),
    ("de", "JPY"): ("1.230 ¥", "1.000 ¥", "230 ¥"),
    ("de", "KWD"): ("1.230,000 KWD", "1.000,000 KWD", "230,000 KWD"),
    ("de", "ISK"): ("1.230 ISK", "1.000 ISK", "230 ISK"),
    ("pl", "EUR"): ("1 230,00 €", "1 000,00 €", "230,00 €"),
    ("pl", "JPY"): ("1 230 JPY", "1 000 JPY", "230 JPY"),
    ("pl", "KWD"): ("1 230,000 KWD", "1 000,000 KWD", "230,000 KWD"),
    ("pl", "ISK"): ("1 230 ISK", "1 000 ISK", "230 ISK"),
    ("ar", "EUR"): ("1,230.00 €", "1,000.00 €", "230.00 €"),
    ("ar", "JPY"): ("1,230 JP¥", "1,000 JP¥", "230 JP¥"),
    ("ar", "KWD"): ("1,230.000 د.ك.", "1,000.000 د.ك.", "230.000 د.ك."),
    ("ar", "ISK"): ("1,230 ISK", "1,000 ISK", "230 ISK"),
}
# The seal's name before its hash, and the lines beside its code.
SEAL = {
    "en": (
        "Seal",
        "The code holds this document's number, date and amount with a digital signature, so that anybody can",
        "check that nothing was changed.",
    ),
    "de": (
        "Siegel",
        "Der Code enthält Nummer, Datum und Betrag dieses Belegs mit einer digitalen Signatur. So kann jeder",
        "prüfen, dass nichts geändert wurde.",
    ),
    "pl": (
        "Pieczęć",
        "Kod zawiera numer, datę i kwotę tego dokumentu oraz podpis cyfrowy, dzięki czemu każdy może sprawdzić,",
        "że nic nie zostało zmienione.",
    ),
    "ar": (
        "الختم",
        "يتضمن الرمز رقم هذا المستند وتاريخه ومبلغه مع توقيع رقمي، ليتمكن أي شخص من التحقق من عدم تغيير أي شيء.",
    ),
}
NAMES = {"en": "Jan Kowalski", "de": "Jörg Größe", "pl": "Żaneta Gąśćłęń", "ar": "أحمد العلي"}


def a_taxed_visit(locale: str, currency: str) -> Snapshot:
    amount, net, tax = AMOUNTS[currency]
    return a_snapshot(
        locale=locale,
        currency=currency,
        lines=(Line(description="Therapy", quantity=2, unit_amount=amount, amount=amount, tax_rate="23"),),
        taxes=(Tax(rate="23", net=net, amount=tax),),
        patient_name=NAMES[locale],
        payer_name="Piotr Nowak",
        method=Method(type="card", brand="visa", last4="4242", wallet="apple_pay"),
    )


def the_page(locale: str, currency: str, *, seal: str) -> list[str]:
    """Everything that one page says, from its top to its foot."""
    title, number, issue, issued, payment, paid_on, patient, payer, visit, visited, practitioner, code, *more = SAYS[
        locale
    ]
    description, quantity, unit, tax, amount, rate, at_net, at_tax, total, paid, by, method, reference, tax_id, page = (
        more
    )
    sum_of_line, net, tax_amount = PRINTED[locale, currency]
    return [
        *("Lakeside Clinic", "Long Street 1", "00-001 Warsaw", "+48 22 000 00 00", "office@clinic.example", tax_id),
        *(title, number, "R-2026-000123", issue, issued, payment, paid_on),
        *(patient, NAMES[locale], payer, "Piotr Nowak"),
        *(visit, visited, practitioner, "Dr. Anna Nowak", code, "97110"),
        *(description, quantity, unit, tax, amount),
        *("Therapy", "2", sum_of_line, rate, sum_of_line),
        *(by, method, reference, "pi_1"),
        *(at_net, net, at_tax, tax_amount, total, sum_of_line, paid, sum_of_line),
        *("Medical care is exempt from tax.", f"{SEAL[locale][0]} {seal}", *SEAL[locale][1:]),
        *(f"Lakeside Clinic · {tax_id}", *page.split()),
    ]


@pytest.mark.parametrize("currency", AMOUNTS)
@pytest.mark.parametrize("locale", SAYS)
def test_the_pdf_says_what_the_snapshot_says_and_nothing_else(locale: str, currency: str) -> None:
    snapshot = a_taxed_visit(locale, currency)

    found = reading.pieces(a_pdf(snapshot))

    # Glyphs of right-to-left lines are drawn from the left, so a line is compared by its letters.
    page = the_page(locale, currency, seal=stamp.grouped(sealed(snapshot).hash))
    assert [reading.letters(piece) for piece in found] == [reading.letters(text) for text in page]
    if locale != "ar":
        assert found == page


def test_days_are_those_of_the_clinics_clock() -> None:
    late_evening_in_utc = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    snapshot = a_snapshot(paid_at=late_evening_in_utc, timezone="Europe/Warsaw")

    content = rendering.render(snapshot, number="R-2027-000001", issued_at=late_evening_in_utc)

    found = reading.pieces(content)
    assert found.count("January 1, 2027") == 2


def test_a_payer_who_is_the_patient_is_named_once() -> None:
    found = reading.pieces(a_pdf(patient_name="Jan Kowalski", payer_name="Jan Kowalski"))

    assert found.count("Jan Kowalski") == 1
    assert "Paid by" not in found


def test_what_is_unknown_takes_no_label() -> None:
    found = reading.pieces(a_pdf(a_small_snapshot()))

    assert not {"Patient", "Practitioner", "Service code", "Payment method", "Tax"} & set(found)


def test_a_receipt_made_in_test_mode_says_so_on_every_page() -> None:
    snapshot = a_snapshot(test=True, lines=(a_line(),) * 45)

    pages = [page.extract_text() for page in reading.open_pdf(a_pdf(snapshot)).pages]

    assert len(pages) == 3
    assert all(page.count("TEST") >= 2 for page in pages)
    assert "no money was moved" in pages[0]
    assert "TEST" not in "".join(reading.pieces(a_pdf(test=False)))


def test_a_long_receipt_repeats_its_header_and_numbers_its_pages() -> None:
    lines = tuple(a_line(description=f"Treatment {index}") for index in range(50))

    pages = [page.extract_text() for page in reading.open_pdf(a_pdf(lines=lines)).pages]

    assert len(pages) == 3
    for index, page in enumerate(pages, start=1):
        assert f"Page {index} of 3" in page
        assert "Lakeside Clinic" in page
        assert "Unit price" in page
    assert all("Receipt R-2026-000123" in page for page in pages[1:])
    assert all("".join(pages).count(f"Treatment {index} ") == 1 for index in range(50))


def test_the_usual_receipt_takes_one_page() -> None:
    usual = a_snapshot(lines=(a_line(),) * 8, payer_name="Piotr Nowak")

    assert len(reading.open_pdf(a_pdf(usual)).pages) == 1


def test_long_texts_break_instead_of_leaving_the_page() -> None:
    word = "x" * 300
    snapshot = a_snapshot(
        patient_name=word, reference=word, lines=(a_line(description=word),), clinic=a_clinic(name=word)
    )

    page = reading.open_pdf(a_pdf(snapshot)).pages[0]

    assert page.extract_text().count("x") >= 4 * 300
    assert rightmost(page) <= 595 - 40


def test_an_amount_of_many_digits_stays_in_one_piece() -> None:
    line = a_line(unit_amount=1234567890, amount=1234567890)

    found = reading.pieces(a_pdf(currency="IDR", lines=(line,)))

    assert found.count("IDR 12,345,678.90") == 4


def rightmost(page: pypdf.PageObject) -> float:
    """The rightmost start of a piece of text, in points."""
    starts: list[float] = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: starts.append(cm[0] * tm[4] + cm[4]) if text.strip() else None
    )
    return max(starts)
