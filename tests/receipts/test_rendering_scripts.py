"""Names in many scripts print with glyphs, never with the empty box of a font that lacks them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receipts import fonts, legible, rendering
from tests.receipts import reading
from tests.receipts.builders import ISSUED_AT, NUMBER, a_pdf, a_small_snapshot, a_snapshot

NAMES = {
    "Polish": "Żółć Gąśćłęńó",
    "Vietnamese": "Nguyễn Thị Ngọc Ánh Đặng",
    "Turkish and Czech": "İıŞğ Dvořák Čeněk",
    "Greek": "Γεώργιος Παπαδόπουλος",
    "Cyrillic": "Володимир Їжак Ґалаґан",
    "Arabic": "محمد بن عبد الله",
    "Persian": "پژمان گچ",
    "Hebrew": "שרה כהן לוי",
    "Han": "王小明 張偉",
    "kana": "やまだ タロウ",
    "hangul": "김철수 박영희",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_prints_with_a_glyph_for_every_letter(name: str) -> None:
    found = reading.pieces(a_pdf(patient_name=name))

    printed = [reading.letters(piece) for piece in found]
    assert reading.letters(legible.clean(name, covered=fonts.covered())) in printed


@pytest.mark.parametrize("name", ["שָׂרָה", "مُحَمَّد", "Z\N{COMBINING TILDE}\N{COMBINING DOT BELOW}e"])
def test_a_name_with_points_prints_with_glyphs_that_all_stand_for_characters(name: str) -> None:
    found = reading.pieces(a_pdf(patient_name=name))

    printed = unicodedata.normalize("NFD", "".join(found))
    assert {letter for letter in unicodedata.normalize("NFD", name) if letter.isalpha()} <= set(printed)


def test_a_decomposed_name_prints_like_its_composed_twin() -> None:
    composed, decomposed = (
        rendering.html_of(a_snapshot(patient_name=name), number=NUMBER, issued_at=ISSUED_AT)
        for name in ("Żaneta", "Z\N{COMBINING DOT ABOVE}aneta")
    )

    assert composed == decomposed


def test_a_symbol_that_no_font_has_is_left_out() -> None:
    found = reading.pieces(a_pdf(patient_name="Anna 🙂 Nowak 👩🏽‍⚕️"))

    assert "Anna Nowak" in found


def test_a_letter_that_no_font_has_is_visibly_replaced() -> None:
    found = reading.pieces(a_pdf(patient_name="Somchai สมชาย"))

    assert "Somchai \ufffd\ufffd\ufffd\ufffd\ufffd" in found


def test_marks_that_turn_text_around_are_taken_out() -> None:
    found = reading.pieces(a_pdf(patient_name="abc\N{RIGHT-TO-LEFT OVERRIDE}00.001\N{POP DIRECTIONAL FORMATTING}"))

    assert "abc00.001" in found


@settings(max_examples=30, deadline=None)
@given(name=st.text(max_size=30))
def test_any_text_at_all_prints_without_an_empty_box(name: str) -> None:
    reading.pieces(a_pdf(a_small_snapshot(payer_name=name)))


@given(text=st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = legible.clean(text, covered=fonts.covered())

    assert legible.clean(once, covered=fonts.covered()) == once


def test_a_font_of_the_system_is_never_used() -> None:
    snapshot = a_snapshot(patient_name=" ".join(NAMES.values()))

    names = reading.fonts_of(a_pdf(snapshot))

    assert names <= {
        "Noto-Sans",
        "Noto-Sans-Bold",
        "Noto-Sans-Arabic",
        "Noto-Sans-Arabic-Bold",
        "Noto-Sans-Hebrew",
        "Noto-Sans-Hebrew-Bold",
        "Droid-Sans-Fallback",
    }


def test_the_fonts_of_the_package_are_all_there_with_their_licences() -> None:
    assert {path.name for path in fonts.files()} == fonts.EXPECTED
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE-NotoSans.txt").read_text()
    assert "Apache License" in (fonts.FOLDER / "LICENSE-DroidSansFallback.txt").read_text()
