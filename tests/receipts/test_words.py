"""The words of receipts: complete in each language, one file per language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from receipts import fonts, words

PACKAGE = Path(words.__file__).parent
PLACEHOLDER = re.compile(r"\{[a-z]*\}")


def said_in_the_code() -> set[str]:
    found = extract_from_dir(PACKAGE, method_map=[("**.py", "python")], keywords={"say": None})
    return {str(message) for _, _, message, _, _ in found}


def catalog_of(language: str) -> Catalog:
    with words.file_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def test_english_polish_german_and_arabic_are_there() -> None:
    assert {"en", "pl", "de", "ar"} <= set(words.languages())


@pytest.mark.parametrize("language", words.languages())
def test_a_language_has_every_message_and_no_other(language: str) -> None:
    translated = {message.id for message in catalog_of(language) if message.id and message.string}

    assert translated == said_in_the_code()


@pytest.mark.parametrize("language", words.languages())
def test_a_translation_keeps_the_placeholders_and_is_no_guess(language: str) -> None:
    for message in catalog_of(language):
        assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(str(message.id)))
        assert not message.fuzzy or not message.id
    assert not catalog_of(language).obsolete


@pytest.mark.parametrize("language", words.languages())
def test_the_fonts_have_every_character_of_a_language(language: str) -> None:
    text = "".join(str(message.string) for message in catalog_of(language) if message.id)

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
