"""Whether a text asks for a reply that would subscribe or unsubscribe the patient. Pure; for a system check.

`Reply CANCEL to cancel your visit` makes Twilio block the number, before we hear of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notifications.sms import intents

# What asks for an answer, as the word begins; it may be inflected.
VERBS = {
    "en": ("repl", "text", "send", "answer", "respond", "type", "write", "message"),
    "pl": ("odpis", "odpow", "wyśl", "wysł", "wysył", "odeśl", "napis", "przyśl"),
    "de": ("antwort", "send", "schreib", "schick", "sms"),
    "ar": ("رد", "الرد", "أرسل", "ارسل", "إرسال", "اكتب", "أجب", "اجب"),
}
# What may stand between that and the word itself.
FILLERS = {
    "en": ("with", "the", "word", "back", "us", "to", "sms", "text", "message", "just", "simply"),
    "pl": (
        "na",
        "ten",
        "sms",
        "sms-a",
        "słowo",
        "słowem",
        "treści",
        "o",
        "wiadomość",
        "nam",
        "po",
        "prostu",
        "do",
        "w",
    ),
    "de": ("sie", "mit", "dem", "das", "wort", "uns", "einfach", "auf", "diese", "sms", "eine", "per", "an", "bitte"),
    "ar": ("ب", "بـ", "كلمة", "بكلمة", "على", "هذه", "الرسالة", "رسالة", "لنا", "إلى"),
}
JOINTS = {
    "en": ("or", "and"),
    "pl": ("lub", "albo", "oraz", "i"),
    "de": ("oder", "und"),
    "ar": ("أو", "او", "و"),
}
# What makes STOP and START honest: the sentence says that they stop or start the messages themselves.
HONEST = {
    "en": r"opt\W?(?:out|in)\b|(?:un|re)subscri"
    r"|(?:no|stop|end|get|receive|start)\w*\W+(?:\w+\W+){0,2}(?:messages|texts|sms|reminders)",
    "pl": r"wypis|rezygn|otrzymywa|dostawa",
    "de": r"(?:keine|wieder|weitere)\w*\W+(?:\w+\W+){0,2}(?:sms|nachrichten|erinnerungen)|abbestell|abmeld|anmeld",
    "ar": r"ل?إلغاء\W+الاشتراك|ل?إيقاف\W+الرسائل|استلام\W+الرسائل",
}
HONEST_WORDS = frozenset({"stop", "start", "unstop", "stopall", "unsubscribe"})

TRANSLATED = re.compile(r"""\{%-?\s*trans(?:late)?\s+(["'])(.*?)\1.*?%\}""", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|<[^>]*>", re.DOTALL)
VARIABLE = re.compile(r"\{\{.*?\}\}|%\(\w+\)s|\{\w*\}", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?؟])\s+|\n+")
TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
QUOTED = r"[\"'“”„‘’«»]\s*{word}\s*[\"'“”„‘’«»]"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A word that a text invites to send, what it would really do, and the sentence (of a template) it stands in."""

    word: str
    effect: intents.Intent
    sentence: str


def misleading(template: str, *, language: str) -> tuple[Invitation, ...]:
    """Each opt-out and opt-in word that the template invites to send, in its order; nothing is as it should be.

    `template` is the text or its Django template, `language` its BCP 47 tag. A word counts as invited after a verb
    such as *reply*, in capitals, or in quotes; the last two in any language. `Reply STOP to opt out` is honest, and
    so is nothing else that shares its word: no text may call a visit's cancellation STOP.
    """
    tongue = language.partition("-")[0].lower()
    return tuple(
        Invitation(word, effect, sentence.strip())
        for sentence in SENTENCE.split(readable(template))
        for word, effect in invited(sentence, language=tongue)
        if not is_honest(word, sentence, language=tongue)
    )


def readable(template: str) -> str:
    """The words of a Django template, with a dot for each value that will stand there."""
    return VARIABLE.sub(" … ", TAG.sub(" ", TRANSLATED.sub(r"\2", template)))


def invited(sentence: str, *, language: str) -> Iterator[tuple[str, intents.Intent]]:
    """The words of one sentence that a reader would take for the word to send, each with its effect."""
    tokens = TOKEN.findall(sentence)
    for place, token in enumerate(tokens):
        effect = intents.intent_of(token)
        if effect not in {intents.Intent.STOP, intents.Intent.START}:
            continue
        quoted = re.search(QUOTED.format(word=re.escape(token)), sentence)
        if token.isupper() or quoted or follows_verb(tokens[:place], language=language):
            yield token, effect


def follows_verb(before: list[str], *, language: str) -> bool:
    """Whether only fillers, or other words to send and a joint, stand between a verb that invites and this place."""
    verbs, fillers = of(VERBS, language), of(FILLERS, language)
    joints = of(JOINTS, language)
    left = [token.lower() for token in before]
    while left:
        last = left.pop()
        if last.startswith(verbs):
            return True
        if last in joints and left:
            left.pop()
        elif last not in fillers:
            return False
    return False


def is_honest(word: str, sentence: str, *, language: str) -> bool:
    """Whether the sentence says that this word ends or resumes the messages themselves."""
    said = "|".join(HONEST.values()) if language not in HONEST else HONEST[language]
    return word.lower() in HONEST_WORDS and re.search(said, without(word, sentence), re.IGNORECASE) is not None


def without(word: str, sentence: str) -> str:
    """The sentence without the word to send, which must not count as its own explanation."""
    return re.sub(rf"\b{re.escape(word)}\b", "…", sentence, count=1)


def of(table: dict[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """A language's words; those of all languages together where we have none for it."""
    return table.get(language) or tuple(word for words in table.values() for word in words)
