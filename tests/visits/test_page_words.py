"""The pages invite to nothing wrong, and hide addresses by half."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from notifications.sms import invitations
from visits_service.reminders.pages import masking, words

LANGUAGES = words.CATALOGUE.languages()


def catalog_of(language: str) -> Catalog:
    """A language's file."""
    with words.CATALOGUE.file_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_invites_to_a_word_that_does_something_else(language: str) -> None:
    for message in catalog_of(language):
        assert invitations.misleading(str(message.string), language=language) == ()


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("ada@patient.example", "a•••@p•••.example"),
        ("x@mail.clinic.example", "x•••@m•••.example"),
        ("a@host", "a•••@•••.host"),
    ],
)
def test_an_email_address_is_half_hidden(address: str, hidden: str) -> None:
    assert masking.email(address) == hidden


@pytest.mark.parametrize(
    ("number", "hidden"),
    [
        ("+48601000001", "+48 ••• ••• 001"),
        ("+12025550123", "+1 •••-•••-•123"),
        ("+97450000001", "+974 •••• •001"),
        ("nonsense", "•••nse"),
    ],
)
def test_a_phone_number_is_half_hidden_as_it_is_written_in_its_country(number: str, hidden: str) -> None:
    assert masking.phone(number) == hidden
