"""What an email of each kind says, sentence by sentence, its braces still open. Pure; `letters` puts it into a form.

Each sentence is whole, because a day or a place can't be put into another sentence in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from servicekit.words import Words
from visits_service.reminders.wall_clock import DayWord


class Kind(StrEnum):
    """Why the patient is written to."""

    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"


def subject(said: Words, kind: Kind, word: DayWord | None) -> str:
    """The line that is read in the list of messages: day and time are all that many people will read."""
    match kind, word:
        case Kind.CANCELLED, _:
            return said.say("Your visit on {short_day} at {time} is cancelled")
        case Kind.CHANGED, _:
            return said.say("Your visit has changed: {short_day} at {time}")
        case _, DayWord.TODAY:
            return said.say("Today at {time}: your visit at {clinic}")
        case _, DayWord.TOMORROW:
            return said.say("Tomorrow at {time}: your visit at {clinic}")
    return said.say("{short_day} at {time}: your visit at {clinic}")


def opening(said: Words, kind: Kind, word: DayWord | None) -> str:
    """The sentence after the greeting; in small letters where the language goes on so after a comma."""
    match kind, word:
        case Kind.CANCELLED, _:
            return said.say("the following visit has been cancelled, and you don't need to come.")
        case Kind.CHANGED, _:
            return said.say("your visit has changed. This is how it stands now:")
        case _, DayWord.TODAY:
            return said.say("we look forward to seeing you today at {time}.")
        case _, DayWord.TOMORROW:
            return said.say("we look forward to seeing you tomorrow at {time}.")
    return said.say("we look forward to seeing you on {day} at {time}.")


def notes(said: Words, kind: Kind) -> Iterator[str]:
    """What else is good to know, and what the attached calendar entry is for."""
    if kind == Kind.CANCELLED:
        yield said.say("If you would like another appointment, please get in touch with us.")
        yield said.say("The attached file takes the visit out of your calendar.")
        return
    yield said.say("If you can't come, please tell us early: somebody else will be glad of the time.")
    if kind == Kind.CHANGED:
        yield said.say("The attached file brings your calendar up to date.")
    else:
        yield said.say("The attached file puts the visit into your calendar.")


def rows(said: Words, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Label and value of each fact that is known."""
    yield said.say("Day"), known["day"]
    time = said.say("{time}, {zone}") if "zone" in known else said.say("{time}")
    yield said.say("Time"), time.format_map(known)
    if "place" in known:
        yield said.say("Place"), known["place"]
    if "practitioner" in known:
        yield said.say("With"), known["practitioner"]


def actions(said: Words, kind: Kind, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Label and address of what the patient can do, the likeliest first; nothing about a cancelled visit."""
    if kind == Kind.CANCELLED:
        return
    asked = "confirm" in known
    if asked:
        yield said.say("I will come"), known["confirm"]
    others = [(said.say("Another time, or cancel"), known["change"]), (said.say("See the visit"), known["visit_page"])]
    yield from others if asked else reversed(others)


def choices(said: Words, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Label and address of how not to be written to."""
    yield said.say("Choose how we remind you"), known["preferences"]
    yield said.say("No more emails about visits"), known["stop_email"]
