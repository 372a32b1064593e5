"""What only a look at the translations can tell before the first patient reads one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, register

from notifications.sms import invitations
from notifications.sms.intents import Intent
from servicekit.words import Catalogue
from visits_service.reminders import texts, words
from visits_service.reminders.wall_clock import DayWord

PLACEHOLDER = re.compile(r"\{\w*\}")
EFFECTS = {Intent.STOP: "would stop all messages to the patient", Intent.START: "would start messages to the patient"}


@register()
def translations_are_sound(app_configs: object, **_: object) -> list[CheckMessage]:
    """Every language's texts invite only to what they say, and have the braces of the English ones."""
    return [*misleading_answers(words.CATALOGUE), *broken_braces(words.CATALOGUE)]


def misleading_answers(catalogue: Catalogue) -> Iterator[CheckMessage]:
    """An error for each opt-out or opt-in word that an SMS of some language invites to send as if it did another thing.

    `Reply CANCEL to cancel your visit` would stop the messages, and cancel nothing.
    """
    for language in catalogue.languages():
        hint = f"Change {place_of(catalogue, language)}: 1 confirms, 2 asks for a call, STOP stops the messages."
        for found in invitations_of(catalogue, language):
            text = f"An SMS in {language!r} invites the answer {found.word}, which {EFFECTS[found.effect]}."
            yield Error(text, hint=hint, obj=found.sentence, id="reminders.E001")


def invitations_of(catalogue: Catalogue, language: str) -> list[invitations.Invitation]:
    """The misleading ones in all wordings of a language, each once."""
    said = catalogue.of(language)
    wordings = [
        wording for word in (*DayWord, None) for wording in texts.wordings(said, word=word, zoned=True, placed=True)
    ]
    found = [each for wording in wordings for each in invitations.misleading(wording, language=language)]
    return list(dict.fromkeys(found))


def broken_braces(catalogue: Catalogue) -> Iterator[CheckMessage]:
    """An error for each translation that names another value than the English text, or leaves one out."""
    for language in catalogue.languages():
        for message, translation in catalogue.of(language).messages.items():
            if translation and set(PLACEHOLDER.findall(message)) != set(PLACEHOLDER.findall(translation)):
                text = f"A translation into {language!r} has other braces than {message!r}."
                hint = f"Change {place_of(catalogue, language)}: keep what stands in braces as it is."
                yield Error(text, hint=hint, id="reminders.E002")


def place_of(catalogue: Catalogue, language: str) -> str:
    """The file of a language, as seen from its app."""
    return str(catalogue.file_of(language).relative_to(catalogue.folder.parent))
