"""The pages invite to nothing wrong, hide addresses by half, and stay readable in any clinic's colour."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms import invitations
from visits_service.reminders import colours
from visits_service.reminders.pages import look, masking, words

LANGUAGES = words.CATALOGUE.languages()
A_COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


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


@given(A_COLOUR, st.sampled_from([look.PAPER, look.NIGHT]))
def test_any_colour_of_a_clinic_can_be_read_and_read_upon(colour: str, paper: str) -> None:
    accent = colours.readable(colour, on=paper)

    assert colours.contrast(accent, paper) >= 4.5


@pytest.mark.parametrize("colour", ["#0f766e", "#1d4ed8", "#000000"])
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    assert colours.readable(colour, on="#ffffff") == colour


def test_contrast_is_that_of_the_standard() -> None:
    # https://www.w3.org/TR/WCAG22/#contrast-minimum: from 1 to 21; #767676 is the lightest grey that passes on white
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#0f766e", "#0f766e") == pytest.approx(1)
    assert colours.contrast("#767676", "#ffffff") >= 4.5 > colours.contrast("#777777", "#ffffff")
