"""How documents and letters look, in each language and clinic, without a number, a row or a letter sent."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from pytest_django import Settings

from notifications.models import Message
from payments_service.receipting import samples
from receipts.models import Logo, Receipt, Series
from tests import clinics as group
from tests.bookkeeping.staff import a_member_of_staff

pytestmark = pytest.mark.django_db
PAGE, LETTER, PDF = (f"/admin/receipts/receipt/{each}" for each in ("previews/", "previews/letter.html", "preview.pdf"))


@pytest.mark.parametrize("language", ["en", "pl", "de", "ar"])
@pytest.mark.parametrize("kind", samples.LETTERS)
def test_every_letter_is_shown_in_every_language(kind: str, language: str) -> None:
    asked = {"kind": kind, "language": language}
    browser = a_member_of_staff("view_receipt")

    page, letter = browser.get(PAGE, asked), browser.get(LETTER, asked)

    assert f'lang="{language}"' in letter.content.decode()
    assert "Clinic Example" in page.content.decode()
    assert 'dir="rtl"' in letter.content.decode() or language != "ar"


@pytest.mark.parametrize("kind", samples.LETTERS)
def test_every_document_is_shown_and_says_that_it_is_a_test(kind: str) -> None:
    answer = a_member_of_staff("view_receipt").get(PDF, {"kind": kind})

    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert answer["Content-Type"] == "application/pdf"
    assert "-000000" in text
    assert "test" in text.lower()


def test_nothing_is_left_behind(settings: Settings, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (20, 20), "teal").save(logo)
    settings.CLINIC_LOGO = str(logo)
    browser = a_member_of_staff("view_receipt")

    answers = [browser.get(address).status_code for address in (PAGE, LETTER, PDF)]

    assert answers == [200, 200, 200]
    for model in (Receipt, Series, Message, Logo):
        assert not model._default_manager.exists()


def test_a_link_in_a_sample_leads_nowhere() -> None:
    browser = a_member_of_staff("view_receipt")
    letter = browser.get(LETTER).content.decode()
    link = letter.partition('href="https://payments.clinic.example')[2].partition('"')[0]

    answer = browser.get(link)

    assert link.startswith("/r/")
    assert answer.status_code in (200, 404, 410)
    assert "Ada Example" not in answer.content.decode()


def test_each_clinic_is_shown_in_its_own_name(settings: Settings, tmp_path: Path) -> None:
    group.describe(settings, tmp_path)
    account, profile = next(iter(settings.CLINIC_PROFILES.items()))

    page = a_member_of_staff("view_receipt").get(PAGE, {"clinic": account}).content.decode()

    assert f'<option value="{account}" selected>{profile.name}</option>' in page
    assert profile.name in page.partition("desk-text")[2]


def test_a_choice_that_there_is_none_of_shows_the_receipt() -> None:
    asked = {"kind": "../x", "language": "xx", "clinic": "acct_nobody"}

    page = a_member_of_staff("view_receipt").get(PAGE, asked).content.decode()

    assert '<option value="receipt" selected>' in page
    assert '<option value="en" selected>' in page


def test_the_letters_style_is_let_in_where_the_letter_is_and_nothing_else_is() -> None:
    browser = a_member_of_staff("view_receipt")

    page, letter = browser.get(PAGE).headers, browser.get(LETTER).headers

    assert "unsafe" not in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "style-src 'unsafe-inline'" in letter["Content-Security-Policy"]
    assert letter["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in letter["Content-Security-Policy"]
    assert letter["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("address", [PAGE, LETTER, PDF])
def test_previews_are_for_those_who_may_see_documents(address: str) -> None:
    assert a_member_of_staff("view_payment").get(address).status_code == 403
