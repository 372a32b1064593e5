"""The pages invite to nothing wrong."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from notifications.sms import invitations
from visits_service.reminders.pages import words

LANGUAGES = words.CATALOGUE.languages()


def catalog_of(language: str) -> Catalog:
    """A language's file."""
    with words.CATALOGUE.file_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_invites_to_a_word_that_does_something_else(language: str) -> None:
    for message in catalog_of(language):
        assert invitations.misleading(str(message.string), language=language) == ()
