"""PDF/A-3a (ISO 19005-3), as far as a reading library can judge it."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from typing import Any

import pypdf
import pytest

from receipts import rendering
from receipts.snapshot import Clinic
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, NUMBER, a_line, a_logo, a_pdf, a_snapshot, sealed

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
# What doesn't belong into an archival file (ISO 19005-3): things that run, that point outside, or that are locked.
FORBIDDEN = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/URI",
    "/GoToR",
    "/XFA",
    "/OpenAction",
    "/AA",
    "/LZWDecode",
}


def a_long_receipt_with_logo() -> pypdf.PdfReader:
    logo = a_logo()
    clinic = Clinic(name="Clinic", logo=hashlib.sha256(logo).hexdigest())
    snapshot = a_snapshot(clinic=clinic, locale="ar", test=True, lines=(a_line(),) * 45)
    return reading.open_pdf(
        rendering.render(snapshot, number=NUMBER, issued_at=ISSUED_AT, logo=logo, sealed=sealed(snapshot))
    )


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    return a_long_receipt_with_logo()


def root_of(pdf: pypdf.PdfReader) -> Any:
    return pdf.trailer["/Root"]


def objects(pdf: pypdf.PdfReader) -> list[Any]:
    return [pdf.get_object(number) for number in range(1, int(str(pdf.trailer["/Size"])))]


def dictionaries(pdf: pypdf.PdfReader, **having: str) -> list[Any]:
    """The file's dictionaries whose entries are as given; `/Type` is `Type`."""
    wanted = {f"/{key}": value for key, value in having.items()}
    found = [each for each in objects(pdf) if isinstance(each, dict)]
    return [each for each in found if all(each.get(key) == value for key, value in wanted.items())]


def test_the_file_declares_itself_archival_and_accessible(pdf: pypdf.PdfReader) -> None:
    metadata = ET.fromstring(root_of(pdf)["/Metadata"].get_data())  # noqa: S314  our own file

    claims = {key: value for each in metadata.iter(f"{RDF}Description") for key, value in each.attrib.items()}

    assert (claims[f"{PDFA}part"], claims[f"{PDFA}conformance"]) == ("3", "A")
    assert pdf.pdf_header == "%PDF-1.7"
    assert len(pdf.trailer.raw_get("/ID")) == 2


def test_title_author_and_language_are_set(pdf: pypdf.PdfReader) -> None:
    root = root_of(pdf)

    assert pdf.metadata is not None
    assert pdf.metadata.title == "إيصال R-2026-000123"
    assert pdf.metadata.author == "Clinic"
    assert root["/Lang"] == "ar"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_dates_on_record_are_the_instant_of_issue(pdf: pypdf.PdfReader) -> None:
    assert pdf.metadata is not None
    assert pdf.metadata.creation_date == pdf.metadata.modification_date == ISSUED_AT


def test_the_colours_are_defined_by_an_embedded_profile(pdf: pypdf.PdfReader) -> None:
    (intent,) = root_of(pdf)["/OutputIntents"]

    profile = intent.get_object()["/DestOutputProfile"].get_object()

    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert profile.get_data()[36:40] == b"acsp"


def test_every_font_is_embedded_and_maps_to_unicode(pdf: pypdf.PdfReader) -> None:
    composite = dictionaries(pdf, Type="/Font", Subtype="/Type0")

    assert len(composite) >= 3
    for font in composite:
        (descendant,) = font["/DescendantFonts"]
        assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]
        assert font["/Encoding"] == "/Identity-H"
        mapped = set("".join(reading._unicode_of(font).values()))
        assert not mapped & set("\0\ufeff\ufffe")


def test_every_piece_of_content_belongs_to_the_structure(pdf: pypdf.PdfReader) -> None:
    root = root_of(pdf)
    roles = {str(each["/S"]) for each in dictionaries(pdf, Type="/StructElem")}

    assert root["/MarkInfo"]["/Marked"]
    assert {"/Document", "/H1", "/P", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD", "/Figure"} <= roles
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for page, elements in zip(pdf.pages, numbers[1::2], strict=True):
        marked = page.get_contents().get_data().count(b"/MCID")  # type: ignore[union-attr]
        assert marked == len(elements.get_object())


def test_the_logo_is_described_in_words(pdf: pypdf.PdfReader) -> None:
    described = {str(figure["/Alt"]) for figure in dictionaries(pdf, S="/Figure")}

    assert described == {"شعار Clinic", "رمز الاستجابة السريعة للختم"}


def test_every_table_cell_knows_its_heading(pdf: pypdf.PdfReader) -> None:
    cells = dictionaries(pdf, S="/TD")

    assert len(cells) == 45 * 4
    assert all(cell["/A"]["/Headers"] for cell in cells)


def test_no_image_is_interpolated(pdf: pypdf.PdfReader) -> None:
    images = dictionaries(pdf, Subtype="/Image")

    assert images
    assert all(image["/Interpolate"] == False for image in images)  # noqa: E712  pypdf's own boolean, which is always true


def test_the_only_file_inside_is_the_data_and_says_what_it_is(pdf: pypdf.PdfReader) -> None:
    """Part 3 allows files of any sort when each is named with its relationship and type (ISO 19005-3, 6.8)."""
    files = dictionaries(pdf, Type="/Filespec")
    streams = dictionaries(pdf, Type="/EmbeddedFile")

    assert [each.get_object() for each in root_of(pdf)["/AF"]] == files
    assert [(each["/UF"], each["/AFRelationship"]) for each in files] == [(f"{NUMBER}.json", "/Data")]
    assert [(each["/Subtype"], "/ModDate" in each["/Params"]) for each in streams] == [("/application/json", True)]


def test_nothing_forbidden_is_inside(pdf: pypdf.PdfReader) -> None:
    keys = {key for each in objects(pdf) if isinstance(each, dict) for key in (*each, *map(str, each.values()))}

    assert not keys & FORBIDDEN
    assert not pdf.is_encrypted


def test_the_renderer_finds_nothing_to_complain_about(caplog: pytest.LogCaptureFixture) -> None:
    a_long_receipt_with_logo()
    a_pdf(a_snapshot(patient_name="漢字 かな 한국어 אבג Ελλ Кир 🙂"))

    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []
