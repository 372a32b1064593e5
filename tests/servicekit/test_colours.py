"""A page stays readable in any house's colour, by day and by night."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.pages import colours, look

A_COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


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
