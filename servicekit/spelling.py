"""Names as they are looked for: without accents, in any order, in any case. Pure; the searches of both services use it.

A name is folded where it is compared and kept nowhere in that form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 2
"""Letters that a name has to be asked for by; with fewer, half the clinic would fit."""

LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
"""Letters with a stroke and the like, which Unicode doesn't take apart into a plain one and a mark."""

APOSTROPHES = re.compile("['`´‘’ʼʻ′＇]")
ACCENTS = re.compile("[\u0300-\u036f]+")
"""The marks of Latin, Greek and Cyrillic."""
SEPARATORS = frozenset("PSZC")
"""Of Unicode's categories those between words: punctuation, symbols, spaces, controls."""
IN_ASCII = re.compile("[^a-z0-9]+")


def folded(text: str) -> str:
    """The words of a text with a space between each two: `Wiśniewska, Zofia  O’Neil` gives `wisniewska zofia oneil`."""
    joined = APOSTROPHES.sub("", text)  # before NFKD, which makes a space and a mark of one of them
    if not joined.isascii():
        joined = ACCENTS.sub("", unicodedata.normalize("NFKD", joined).casefold())
    if not joined.isascii():
        joined = joined.translate(LETTERS)
    return IN_ASCII.sub(" ", joined.lower()).strip() if joined.isascii() else of_any_script(joined)


def of_any_script(text: str) -> str:
    """The same for what no ASCII is left of, sign by sign."""
    bare = (sign for sign in text if not unicodedata.combining(sign))
    return " ".join("".join(" " if unicodedata.category(sign)[0] in SEPARATORS else sign for sign in bare).split())


def words(text: str) -> tuple[str, ...]:
    """What a name has to have in it to be the one that is looked for; nothing where that is too little to look for."""
    found = tuple(folded(text).split())
    return found if sum(map(len, found)) >= SHORTEST else ()


def fits(name: str, wanted: Iterable[str]) -> bool:
    """Whether each of these words, as `words` gives them, is one of the name's or a part of one, in any order."""
    own = folded(name)
    return all(word in own for word in wanted)
