"""The letter that a receipt travels in, whatever locale the patient has."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from notifications.models import Message
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("locale", "language", "amount"),
    [
        ("de-AT", "de-AT", "120,00"),
        ("pl-PL", "pl-PL", "120,00"),
        ("en-GB", "en-GB", "120.00"),
        ("zh-HK", "en", "120.00"),
        ("fr", "en", "120.00"),
        ("klingon", "en", "120.00"),
    ],
)
def test_every_locale_gets_a_letter_in_one_language(
    settings: Settings, locale: str, language: str, amount: str
) -> None:
    settings.CLINIC_LOCALE = locale

    receipt = builders.a_receipt(email="ada@example.com")

    letter = Message.objects.get(about=receipt.number)
    assert letter.language == language
    assert amount in letter.text
