"""What a sealed document shows of its seal, and carries: read back as a phone and an auditor would."""

from __future__ import annotations

import hashlib
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from receipts import kinds, qr, rendering, sealing, stamp
from receipts.sealing import Sealed
from receipts.snapshot import Snapshot
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, a_clinic, a_line, a_logo, a_snapshot, sealed
from tests.receipts.test_rendering_corrections import a_correction

LANGUAGES = ["en", "de", "pl", "ar"]
DOTS_PER_INCH = 150
# The designs that documents already have. They never change again: a new design is a new folder.
FROZEN = {
    "v1": "d1daaa3bcd41c01fa9ec671dc253dd68f8969056e79ecd2a237ceddc99393eb4",
    "c1": "37cd4a68018c22b170174e0aa6a38ee6cf9d30e0b72bdb8f44e5c02975d63553",
}


def a_document_of(kind: str, *, locale: str) -> Snapshot:
    return a_snapshot(locale=locale) if kind == kinds.RECEIPT else a_correction(kind, locale=locale)


def number_of(kind: str) -> str:
    return f"{kinds.get(kind).prefix}-2026-000007"


def a_sealed_pdf(snapshot: Snapshot, *, logo: bytes = b"") -> tuple[Sealed, bytes]:
    whole = sealed(snapshot, number=number_of(snapshot.kind))
    number = whole.document.number
    return whole, rendering.render(snapshot, number=number, issued_at=ISSUED_AT, logo=logo, sealed=whole)


def scanned(content: bytes) -> list[str]:
    """The codes that can be read off the pages as an office printer prints them."""
    pages = [page.render(scale=DOTS_PER_INCH / 72).to_pil() for page in pypdfium2.PdfDocument(content)]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_code_on_paper_is_the_signed_text_of_the_document(kind: str, locale: str) -> None:
    whole, content = a_sealed_pdf(a_document_of(kind, locale=locale))

    [code] = scanned(content)

    assert code == sealing.code_of(whole)
    assert code.startswith(f"CR1 {number_of(kind)} 2026-11-22T10:00:00Z {whole.document.amount} EUR ")


def test_the_code_can_be_read_over_the_mark_of_test_mode() -> None:
    whole, content = a_sealed_pdf(a_snapshot(test=True, lines=(a_line(),) * 6))

    assert scanned(content) == [sealing.code_of(whole)]


def test_the_code_says_nothing_about_a_person() -> None:
    snapshot = a_snapshot(patient_name="ZANETA", payer_name="PIOTR", reference="PI-MARKER")

    [code] = scanned(a_sealed_pdf(snapshot)[1])

    assert not any(marker in code for marker in ("ZANETA", "PIOTR", "PI-MARKER"))


def test_the_page_shows_the_start_of_the_hash_so_that_paper_and_file_can_be_matched() -> None:
    whole, content = a_sealed_pdf(a_snapshot())

    shown = [piece for piece in reading.pieces(content) if piece.startswith("Seal ")]

    assert shown == [f"Seal {whole.hash[:4]} {whole.hash[4:8]} {whole.hash[8:12]} {whole.hash[12:16]}"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_code_is_described_in_words(locale: str) -> None:
    pdf = reading.open_pdf(a_sealed_pdf(a_snapshot(locale=locale))[1])

    [figure] = [each for each in objects(pdf) if isinstance(each, dict) and each.get("/S") == "/Figure"]

    assert "QR" in figure["/Alt"] or locale == "ar"
    assert figure["/Alt"]


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_the_usual_document_is_one_page_with_all_that_it_may_say(kind: str, locale: str) -> None:
    logo = a_logo()
    usual = {"payer_name": "Piotr Nowak", "clinic": a_clinic(logo=hashlib.sha256(logo).hexdigest())}
    lines = {"lines": (a_line(tax_rate="23"), a_line(tax_rate="8")) * 2}
    snapshot = (
        a_snapshot(locale=locale, **usual, **lines) if kind == "receipt" else a_correction(kind, locale=locale, **usual)
    )

    assert len(reading.open_pdf(a_sealed_pdf(snapshot, logo=logo)[1]).pages) == 1


def test_the_data_is_attached_as_an_archive_wants_it() -> None:
    whole, content = a_sealed_pdf(a_snapshot())
    pdf = reading.open_pdf(content)
    root: Any = pdf.trailer["/Root"]

    [reference] = root["/AF"]

    file = reference.get_object()
    data = file["/EF"]["/F"].get_object()
    assert root["/Names"]["/EmbeddedFiles"]["/Names"] == ["R-2026-000007.json", reference]
    assert (file["/AFRelationship"], file["/F"], file["/UF"]) == ("/Data", *["R-2026-000007.json"] * 2)
    assert (file["/Type"], data["/Type"], data["/Subtype"]) == ("/Filespec", "/EmbeddedFile", "/application/json")
    assert data["/Params"]["/CreationDate"] == data["/Params"]["/ModDate"] == "D:20261122100000Z"
    assert data["/Params"]["/Size"] == len(data.get_data())
    assert sealing.from_bytes(data.get_data()) == whole


def test_the_attached_data_has_the_whole_seal_and_no_key_to_trust() -> None:
    pdf = reading.open_pdf(a_sealed_pdf(a_snapshot())[1])

    [content] = pdf.attachments["R-2026-000007.json"]

    for name in ("previous", "hash", "signature", "key_id", "snapshot", "issued_at"):
        assert f'"{name}":'.encode() in content
    assert b"public" not in content


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_sealed_document_is_the_same_bytes_each_time(kind: str) -> None:
    snapshot = a_document_of(kind, locale="ar")

    assert a_sealed_pdf(snapshot) == a_sealed_pdf(snapshot)


@pytest.mark.parametrize(("template", "kind"), [("v1", "receipt"), ("c1", "refund")])
def test_a_document_from_before_there_were_seals_shows_and_carries_none(template: str, kind: str) -> None:
    snapshot = a_snapshot(template_version=template, kind=kind)

    content = rendering.render(snapshot, number=number_of(kind), issued_at=ISSUED_AT)

    assert scanned(content) == []
    assert not reading.open_pdf(content).attachments


@pytest.mark.parametrize("template", FROZEN)
def test_a_design_that_has_printed_documents_never_changes(template: str) -> None:
    digest = hashlib.sha256()
    for path in sorted((rendering.TEMPLATES / template).iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())

    assert digest.hexdigest() == FROZEN[template]


def test_the_designs_of_today_are_those_that_show_a_seal() -> None:
    assert {kind.template for kind in kinds.KINDS.values()} == kinds.STAMPED
    for template in kinds.STAMPED:
        assert "stamp.path" in (rendering.TEMPLATES / template / "receipt.html").read_text()


def test_a_code_drawn_by_us_is_one_that_a_standard_reader_knows() -> None:
    code = qr.draw("CR1 R-2026-000123")

    rows = [[255] * (code.size + 8) for _ in range(code.size + 8)]
    for x, y, length in code.runs:
        rows[y + 4][x + 4 : x + 4 + length] = [0] * length

    [read] = zxingcpp.read_barcodes(enlarged(rows, by=4))
    assert read.text == "CR1 R-2026-000123"


def test_a_hash_is_shown_in_groups() -> None:
    assert stamp.grouped("0123456789abcdef" * 4) == "0123 4567 89ab cdef"


def enlarged(rows: list[list[int]], *, by: int) -> Any:
    image = Image.new("L", (len(rows), len(rows)))
    image.putdata([pixel for row in rows for pixel in row])
    return image.resize((len(rows) * by, len(rows) * by), Image.Resampling.NEAREST)


def objects(pdf: pypdf.PdfReader) -> list[Any]:
    return [pdf.get_object(number) for number in range(1, int(str(pdf.trailer["/Size"])))]
