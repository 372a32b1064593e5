"""An email address half hidden."""

from __future__ import annotations

import pytest

from servicekit import masking


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("ada@patient.example", "a•••@p•••.example"),
        ("x@mail.clinic.example", "x•••@m•••.example"),
        ("a@host", "a•••@•••.host"),
        ("nobody", "•••"),
    ],
)
def test_an_email_address_is_half_hidden(address: str, hidden: str) -> None:
    assert masking.email(address) == hidden
