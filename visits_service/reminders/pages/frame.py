"""The clinic around every page of a patient's: its name, its colour, its phone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from servicekit.pages import look
from servicekit.words import Words
from visits_service.reminders import clinic


def page(template: str, context: dict[str, Any], *, words: Words, status: int = 200) -> HttpResponse:
    """The page as an answer. `context` has its title and all that it says."""
    ours = clinic.profile()
    house = look.House(name=ours.name, colour=ours.colour, phone=ours.phone)
    said = {"questions": words.say("Questions? Call us:")}
    return look.page(template, said | context, house=house, words=words, status=status)
