"""The words of each language, read from `locale/` once per process by whoever owns them.

A language is one file: `locale/<language>/LC_MESSAGES/<domain>.po`. It is read as it is, nothing has to be compiled.
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
        """As BCP 47: "pl", "de-AT"."""
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl"."""
        return self.locale.text_direction


class Catalogue:
    """All languages of one domain below one `locale/` folder."""

    def __init__(self, folder: Path, domain: str) -> None:
        self.folder, self.domain = folder, domain
        self.of = functools.lru_cache(maxsize=64)(self._of)
        self._messages = functools.cache(self._read)

    def file_of(self, language: str) -> Path:
        """Where the words of a language are; the file need not exist."""
        return self.folder / language / "LC_MESSAGES" / f"{self.domain}.po"

    def languages(self) -> list[str]:
        """The languages that have a file."""
        return sorted(path.parts[-3] for path in self.folder.glob(f"*/LC_MESSAGES/{self.domain}.po"))

    def fingerprint(self) -> str:
        """SHA-256 (hex) over every language's file: the version of the words."""
        digest = hashlib.sha256()
        for language in self.languages():
            digest.update(language.encode() + b"\0" + self.file_of(language).read_bytes())
        return digest.hexdigest()

    def _of(self, wanted: str) -> Words:
        """The words for a locale such as "pl", "pl-PL" or "ar_KW"; English for one that we don't speak or can't read.

        The territory is kept with the language, so that "de-CH" writes German words with Swiss numbers.
        """
        locale = parsed(wanted)
        for name in (str(locale), locale.language):
            if self.file_of(name).is_file():
                return Words(locale=locale, messages=self._messages(name))
        return Words(locale=Locale(FALLBACK), messages={})

    def _read(self, language: str) -> dict[str, str]:
        """A fuzzy translation is a guess that nobody has read; English is better."""
        with self.file_of(language).open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
        return {str(message.id): str(message.string) for message in catalog if message.id and not message.fuzzy}


def exists(name: str) -> bool:
    """Whether there is such a locale, whether or not we have its words."""
    language = name.replace("-", "_").split("_")[0].lower()
    return parsed(name).language == language


def parsed(wanted: str) -> Locale:
    """The locale of that name; English when it isn't one."""
    try:
        return Locale.parse(wanted.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(FALLBACK)
