"""The clinic around every page: its name, its colour, and where questions go."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from payments_service.receipting.pages import phrases, words
from receipts import document
from receipts.snapshot import Clinic
from servicekit.pages import look
from servicekit.words import Words


def page(template: str, context: dict[str, Any], *, clinic: Clinic, words: Words, status: int = 200) -> HttpResponse:
    """The page as an answer, in the name of that clinic. `context` has its title and all that it says."""
    house = look.House(
        name=clinic.name,
        colour=document.colour_of(clinic),
        phone=clinic.phone,
        email=parseaddr(clinic.email)[1],
    )
    said = phrases.of_contact(phone=clinic.phone, words=words)
    return look.page(template, said | context, house=house, words=words, status=status)


def plain(said: phrases.Texts, *, clinic: Clinic, words: Words, status: int) -> HttpResponse:
    """A page of one sentence."""
    return page("pages/plain.html", dict(said), clinic=clinic, words=words, status=status)


def own_words() -> Words:
    """The clinic's language, for whoever isn't known."""
    return words.of(settings.CLINIC_LOCALE)


def own_clinic() -> Clinic:
    """The clinic of this installation, as far as a page shows it."""
    return Clinic(
        name=settings.CLINIC_NAME,
        phone=settings.CLINIC_PHONE,
        email=settings.CLINIC_REPLY_TO,
        colour=settings.CLINIC_COLOUR,
    )
