"""Every language that is offered is complete, wherever somebody is written to: one file each, nothing to compile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from payments_service.bookkeeping import words as books
from payments_service.payments import words as obstacles
from payments_service.receipting import words as emails
from payments_service.receipting.pages import words as receipt_pages
from receipts import words as receipts
from servicekit.words import Catalogue
from visits_service.reminders import words as reminders
from visits_service.reminders.pages import words as pages

ROOT = Path(__file__).resolve().parent.parent.parent
PLACEHOLDER = re.compile(r"\{[a-z]*\}")
CATALOGUES = [
    receipts.CATALOGUE,
    emails.CATALOGUE,
    receipt_pages.CATALOGUE,
    books.CATALOGUE,
    obstacles.CATALOGUE,
    reminders.CATALOGUE,
    pages.CATALOGUE,
]
EACH_LANGUAGE = [(catalogue, language) for catalogue in CATALOGUES for language in catalogue.languages()]


def said_in_the_code(package: Path) -> set[str]:
    """The messages of a package; a part of it that has words of its own is another one."""
    found = extract_from_dir(
        package,
        method_map=[("**.py", "python")],
        keywords={"say": None},
        directory_filter=lambda folder: not (Path(folder) / "locale").is_dir(),
    )
    return {str(message) for _, _, message, _, _ in found}


def catalog_of(catalogue: Catalogue, language: str) -> Catalog:
    with catalogue.file_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def test_no_catalogue_is_left_out() -> None:
    packages = [path for path in ROOT.iterdir() if (path / "__init__.py").is_file()]

    files = {file for package in packages for file in package.rglob("*.po")}

    assert files == {catalogue.file_of(language) for catalogue, language in EACH_LANGUAGE}


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_english_polish_german_and_arabic_are_there(catalogue: Catalogue) -> None:
    assert {"en", "pl", "de", "ar"} <= set(catalogue.languages())


@pytest.mark.parametrize(("catalogue", "language"), EACH_LANGUAGE)
def test_a_language_has_every_message_and_no_other(catalogue: Catalogue, language: str) -> None:
    translated = {message.id for message in catalog_of(catalogue, language) if message.id and message.string}

    assert translated == said_in_the_code(catalogue.folder.parent)


@pytest.mark.parametrize(("catalogue", "language"), EACH_LANGUAGE)
def test_a_translation_keeps_the_placeholders_and_is_no_guess(catalogue: Catalogue, language: str) -> None:
    for message in catalog_of(catalogue, language):
        assert sorted(PLACEHOLDER.findall(str(message.string))) == sorted(PLACEHOLDER.findall(str(message.id)))
        assert not message.fuzzy or not message.id
    assert not catalog_of(catalogue, language).obsolete
