"""A name fits what somebody types who hasn't its letters on the keyboard, or has it the other way round."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit import spelling


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zofia Wiśniewska", "Wisniewska"),
        ("Zofia Wiśniewska", "Wiśniewska, Zofia"),
        ("José García", "jose  GARCIA"),
        ("José García", "jose\u0301"),
        ("Jose\u0301 García", "josé"),
        ("Łukasz Żółty", "lukasz zolty"),
        ("Jürgen Groß-Müller", "muller gross"),
        ("Straße", "STRASSE"),
        ("Strasse", "straße"),
        ("Søren Đorđević", "soren dordevic"),
        ("İpek Işık", "ipek isik"),
        ("Mary O'Neil", "o’neil"),
        ("Mary O´Neil", "oneil"),
        ("Mary O’Neil", "o neil"),
        ("Ada Nowak", "\uff21da"),
        ("Ада Ёлкина", "елкина"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_a_name_fits_however_it_is_typed(name: str, typed: str) -> None:
    assert spelling.fits(name, spelling.words(typed))


@pytest.mark.parametrize("typed", ["Wisniewski", "Zofia Nowak", "zofiawisniewska"])
def test_a_name_without_one_of_the_words_does_not_fit(typed: str) -> None:
    assert not spelling.fits("Zofia Wiśniewska", spelling.words(typed))


@pytest.mark.parametrize("typed", ["", " ", "a", "ł", "%", "_", "-,.'", "\u0301\u0301", "\x00"])
def test_less_than_two_letters_are_too_little_to_look_for(typed: str) -> None:
    assert spelling.words(typed) == ()


@given(st.text())
def test_every_name_fits_itself_taken_apart_or_put_together(name: str) -> None:
    typed = [name, unicodedata.normalize("NFD", name), unicodedata.normalize("NFC", name)]

    assert all(spelling.fits(name, spelling.words(each)) for each in typed)
    assert len({spelling.folded(each) for each in typed}) == 1
