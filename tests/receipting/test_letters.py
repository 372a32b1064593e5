"""The letter that a receipt travels in, whatever locale the patient has."""

from __future__ import annotations

import re

import pytest
from pytest_django import Settings

from notifications.models import Message
from servicekit.pages import colours
from tests import builders
from tests.receipting import pages

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


@pytest.mark.parametrize("locale", ["en", "de", "pl", "ar"])
def test_every_letter_has_a_link_to_the_patients_page_as_text_and_as_a_button(settings: Settings, locale: str) -> None:
    settings.CLINIC_LOCALE = locale

    receipt = builders.a_receipt(email="ada@example.com")

    letter = Message.objects.get(about=receipt.number)
    [address] = re.findall(r"^https://payments\.clinic\.example/r/\S+$", letter.text, re.MULTILINE)
    [button] = re.findall(r'<a href="([^"]+)"', letter.html)
    assert address == button
    assert receipt.number in pages.text_of(address.removeprefix("https://payments.clinic.example"))


def test_the_link_in_a_clinics_pale_colour_can_be_read(settings: Settings) -> None:
    settings.CLINIC_COLOUR = "#fde68a"

    receipt = builders.a_receipt(email="ada@example.com")

    link = Message.objects.get(about=receipt.number).html.partition("<a ")[2].partition("</a>")[0]
    [ink] = re.findall(r"[; ]color:(#\w{6})\">", link)
    assert colours.contrast(ink, "#ffffff") >= 4.5
