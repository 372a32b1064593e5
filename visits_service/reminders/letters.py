"""What an email says of a visit: subject, text and HTML in the patient's language. `writing` makes it a message."""

from __future__ import annotations

import functools
import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from servicekit.pages import colours
from servicekit.words import Words
from visits_service.reminders import phrases, words
from visits_service.reminders.clinic import Clinic
from visits_service.reminders.forms import Form, slot
from visits_service.reminders.links import Links
from visits_service.reminders.phrases import Kind
from visits_service.reminders.wall_clock import DayWord
from visits_service.reminders.when import When

PAPER = "#ffffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one letter tells, in plain values of one line each; an empty one isn't mentioned.

    Links that a letter doesn't offer aren't used.
    """

    name: str
    when: When
    place: str
    practitioner: str
    links: Links
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered email without its addresses; `language` is a BCP 47 tag."""

    subject: str
    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Blank:
    """The forms of all letters that differ in nothing but their values."""

    subject: Form
    text: Form
    html: Form


def letter(kind: Kind, told: Told, *, clinic: Clinic, said: Words) -> Letter:
    """The letter, with every value that came from outside escaped in its HTML."""
    values = values_of(told)
    blank = kept_blank(kind, told.when.word, said.language, clinic, frozenset(values))
    escaped = {name: html.escape(value) for name, value in values.items()}
    return Letter(
        subject=blank.subject.filled(values),
        text=blank.text.filled(values),
        html=blank.html.filled(escaped),
        language=said.language,
    )


def values_of(told: Told) -> dict[str, str]:
    """Every value that is there, by the name of its slot."""
    links = told.links
    values = {
        "name": told.name,
        "day": told.when.day,
        "short_day": told.when.short_day,
        "time": told.when.time,
        "zone": told.when.zone,
        "place": told.place,
        "practitioner": told.practitioner,
        "confirm": "" if told.confirmed else links.confirm,
        "change": links.change,
        "visit_page": links.visit_page,
        "preferences": links.preferences,
        "stop_email": links.stop_email,
    }
    return {name: value for name, value in values.items() if value}


@functools.lru_cache(maxsize=512)
def kept_blank(kind: Kind, word: DayWord | None, language: str, clinic: Clinic, present: frozenset[str]) -> Blank:
    """The forms of a language, each made once."""
    context = context_of(kind, word, words.of(language), clinic, {name: slot(name) for name in present})
    return Blank(
        subject=Form(context["subject"]),
        text=Form(render_to_string("reminders/letter.txt", context)),
        html=Form(render_to_string("reminders/letter.html", context)),
    )


def context_of(
    kind: Kind, word: DayWord | None, said: Words, clinic: Clinic, known: Mapping[str, str]
) -> dict[str, Any]:
    """All that the templates say."""
    fill = {"clinic": clinic.name, **known}
    greeting = said.say("Dear {name},") if "name" in known else said.say("Good day,")
    return {
        "subject": phrases.subject(said, kind, word).format_map(fill),
        "greeting": greeting.format_map(fill),
        "opening": phrases.opening(said, kind, word).format_map(fill),
        "rows": list(phrases.rows(said, known)),
        "actions": list(phrases.actions(said, kind, known)),
        "notes": list(phrases.notes(said, kind)),
        "choices": list(phrases.choices(said, known)),
        "clinic": clinic,
        "colour": colours.readable(clinic.colour, on=PAPER),
        "paper": PAPER,
        "language": said.language,
        "direction": said.direction,
    }
