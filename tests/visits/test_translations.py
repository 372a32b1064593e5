"""A translation that would mislead patients, or that could not be filled in, is found before a patient reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import checks as django_checks

from servicekit.words import Catalogue
from visits_service.reminders import checks, words

Plant = Callable[..., Catalogue]
ANSWERS = "Reply 1 to confirm, 2 for a call, STOP for no more messages."


@pytest.fixture
def planted(tmp_path: Path) -> Plant:
    """Our catalogue with one translation replaced by another."""

    def plant(language: str, message: str, translation: str) -> Catalogue:
        ours, copy = words.CATALOGUE, Catalogue(tmp_path / "locale", "reminders")
        before = ours.of(language).say(message)
        po = ours.file_of(language).read_text(encoding="utf-8")
        changed = po.replace(f'msgstr "{before}"', f'msgstr "{translation}"')
        assert changed != po
        copy.file_of(language).parent.mkdir(parents=True)
        copy.file_of(language).write_text(changed, encoding="utf-8")
        return copy

    return plant


def test_the_languages_that_we_ship_are_sound() -> None:
    assert checks.translations_are_sound(None) == []
    assert checks.translations_are_sound in django_checks.registry.registry.get_checks()


@pytest.mark.parametrize(
    ("language", "translation", "word"),
    [
        ("en", "Reply 1 to confirm, CANCEL to cancel your visit.", "CANCEL"),
        ("en", "Reply YES to confirm, 2 for a call, STOP for no more messages.", "YES"),
        ("pl", "SMS zwrotny: 1 - potwierdzam, CANCEL - odwołanie, STOP - rezygnacja z SMS.", "CANCEL"),
        ("pl", "SMS zwrotny: 1 - potwierdzam, STOP - odwołanie wizyty.", "STOP"),
        ("de", "Antworten Sie mit END, um abzusagen.", "END"),
        ("de", "Antwort: YES = ich komme, 2 = bitte anrufen, STOP = keine SMS mehr.", "YES"),
    ],
)
def test_an_sms_that_invites_a_word_which_does_something_else_is_refused(
    planted: Plant, language: str, translation: str, word: str
) -> None:
    catalogue = planted(language, ANSWERS, translation)

    (error,) = checks.misleading_answers(catalogue)

    assert error.id == "reminders.E001"
    assert f"{language!r} invites the answer {word}" in error.msg
    assert f"locale/{language}/LC_MESSAGES/reminders.po" in str(error.hint)


def test_a_translation_that_cannot_be_filled_in_is_refused(planted: Plant) -> None:
    catalogue = planted("pl", "Where: {place}.", "Miejsce: {miejsce}.")

    (error,) = checks.broken_braces(catalogue)

    assert error.id == "reminders.E002"
    assert "'Where: {place}.'" in error.msg
    assert "locale/pl/LC_MESSAGES/reminders.po" in str(error.hint)
