"""The words of receipts: which language a patient gets, and that the fonts can write it."""

from __future__ import annotations

import pytest

from receipts import fonts, words


@pytest.mark.parametrize("language", words.CATALOGUE.languages())
def test_the_fonts_have_every_character_of_a_language(language: str) -> None:
    text = words.CATALOGUE.file_of(language).read_text(encoding="utf-8").replace("\n", "")

    assert {character for character in text if ord(character) not in fonts.covered()} == set()


@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        ("pl", "pl", "Potwierdzenie zapłaty"),
        ("pl-PL", "pl-PL", "Potwierdzenie zapłaty"),
        ("de_CH", "de-CH", "Zahlungsbeleg"),
        ("ar-KW", "ar-KW", "إيصال"),
        ("en-GB", "en-GB", "Receipt"),
        ("fr", "en", "Receipt"),
        ("", "en", "Receipt"),
        ("../../etc/passwd", "en", "Receipt"),
        ("xx-YY", "en", "Receipt"),
        ("auto", "en", "Receipt"),
    ],
)
def test_a_locale_finds_its_language_else_english(wanted: str, language: str, title: str) -> None:
    found = words.of(wanted)

    assert (found.language, found.say("Receipt")) == (language, title)


def test_only_right_to_left_languages_run_that_way() -> None:
    assert {name: words.of(name).direction for name in ("en", "ar", "pl")} == {"en": "ltr", "ar": "rtl", "pl": "ltr"}
