"""What an SMS says of a visit: the clinic, the day, the time, the place where it fits, and how to answer. Pure.

Nothing of why, and nobody's name: a phone shows it to whoever looks. `writing` puts it into a message.
"""

from __future__ import annotations

import functools
from datetime import datetime

from notifications.sms import encoding
from servicekit.words import Words
from visits_service.reminders import when, words
from visits_service.reminders.schedule import Appointment
from visits_service.reminders.wall_clock import DayWord


def sms(visit: Appointment, *, clinic: str, place: str, said: Words, now: datetime) -> str:
    """The text that is read at this instant: of all wordings the fullest one among those that take the fewest parts.

    A place that is known is told whole or not at all.
    """
    read = when.of(visit, locale=said.locale, now=now)
    known = {"clinic": clinic, "place": place, "date": read.short_day, "time": read.time, "zone": read.zone}
    plain = {name: encoding.plain(value) for name, value in known.items()}  # the wordings are plain already
    every = kept_wordings(said.language, read.word, bool(read.zone), bool(place))
    return encoding.fewest_parts([wording.format_map(plain) for wording in every])


@functools.lru_cache(maxsize=256)
def kept_wordings(language: str, word: DayWord | None, zoned: bool, placed: bool) -> tuple[str, ...]:
    """The wordings of a language that we ship, each made once."""
    return wordings(words.of(language), word=word, zoned=zoned, placed=placed)


def wordings(said: Words, *, word: DayWord | None, zoned: bool, placed: bool) -> tuple[str, ...]:
    """Whole texts with their braces still open, the fullest first; without the place where even that is too long.

    `word` is the day's, None for a date. `zoned` and `placed` say whether zone and place are told.
    """
    zone = [said.say("Local time: {zone}.")] if zoned else []
    full, brief = [day_and_time(said, word), *zone], [day_and_time_in_brief(said, word), *zone]
    answers = said.say("Reply 1 to confirm or 2 for a call from us, STOP for no more messages.")
    answers_in_brief = said.say("Reply 1 to confirm, 2 for a call, STOP for no more messages.")
    every = [[*full, answers], [*brief, answers_in_brief]]
    if placed:
        place = said.say("Where: {place}.")
        every = [[*full, place, answers], [*brief, place, answers_in_brief], *every]
    return tuple(encoding.plain("\n".join(lines)) for lines in every)


def day_and_time(said: Words, word: DayWord | None) -> str:
    """Who expects the patient, and when."""
    match word:
        case DayWord.TODAY:
            return said.say("{clinic}: we look forward to seeing you today at {time}.")
        case DayWord.TOMORROW:
            return said.say("{clinic}: we look forward to seeing you tomorrow at {time}.")
    return said.say("{clinic}: we look forward to seeing you on {date} at {time}.")


def day_and_time_in_brief(said: Words, word: DayWord | None) -> str:
    """The same in as few characters as are still friendly."""
    match word:
        case DayWord.TODAY:
            return said.say("{clinic}: your visit is today at {time}.")
        case DayWord.TOMORROW:
            return said.say("{clinic}: your visit is tomorrow at {time}.")
    return said.say("{clinic}: your visit is on {date} at {time}.")
