"""The words of a receipt in each language, read from `locale/` once per process. Neighbour of `receipts.document`.

A language is one file: `locale/<language>/LC_MESSAGES/receipts.po`. It is read as it is, nothing has to be compiled.
The messages are the English text, so English is complete without its file; the file is there to copy from.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """What to say in one locale: `say("Page {page}")` gives the translation, its braces still open."""

    locale: Locale
    messages: Mapping[str, str]

    def say(self, message: str) -> str:
        """The translated message; the English one where a language's file doesn't have it."""
        return self.messages.get(message) or message

    @property
    def language(self) -> str:
        """As BCP 47, for the document's language: "pl", "de-AT"."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """Either "ltr" or "rtl"."""
        return self.locale.text_direction


def file_of(language: str) -> Path:
    """Where the words of a language are; the file need not exist."""
    return LOCALE / language / "LC_MESSAGES" / "receipts.po"


def languages() -> list[str]:
    """The languages that have a file."""
    return sorted(path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/receipts.po"))


@functools.lru_cache(maxsize=64)
def of(wanted: str) -> Words:
    """The words for a locale such as "pl", "pl-PL" or "ar_KW"; English for one that we don't speak or can't read.

    The territory is kept with the language, so that "de-CH" writes German words with Swiss numbers.
    """
    locale = _parse(wanted)
    for name in (str(locale), locale.language):
        if file_of(name).is_file():
            return Words(locale=locale, messages=_messages(name))
    return Words(locale=Locale(FALLBACK), messages={})


@functools.cache
def fingerprint() -> str:
    """SHA-256 (hex) over every language's file: the version of the words, for the record of a rendering."""
    digest = hashlib.sha256()
    for language in languages():
        digest.update(language.encode() + b"\0" + file_of(language).read_bytes())
    return digest.hexdigest()


def _parse(wanted: str) -> Locale:
    try:
        return Locale.parse(wanted.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(FALLBACK)


@functools.cache
def _messages(language: str) -> dict[str, str]:
    """A fuzzy translation is a guess that nobody has read; English is better."""
    with file_of(language).open("rb") as file:
        catalog = read_po(file, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalog if message.id and not message.fuzzy}
