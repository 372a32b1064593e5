"""Texts as the fonts can print them. Pure; the renderer passes every text of a document through here.

An archival PDF may not contain .notdef, the empty box of a font that lacks a character (ISO 19005-3, 6.2.11.8). So a
symbol that no font has (an emoji) is left out, and a letter that no font has becomes U+FFFD, which says so visibly.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Container
from typing import TypeVar

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# Embeddings, overrides and isolates can turn digits around; whoever writes a name has no need of them.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn", "Sk", "So", "Zl", "Zp"})

FIRST_STRONG_ISOLATE = "\N{FIRST STRONG ISOLATE}"
POP_DIRECTIONAL_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"

SPACES = re.compile(" {2,}")

T = TypeVar("T")


def clean(text: str, *, covered: Container[int]) -> str:
    """The text in composed form (NFC), every character one that a font has; `covered` holds their code points.

    White space of any sort is a space. Where something was left out, no double space remains.
    """
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(_legible(character, covered) for character in composed)
    return kept if kept == composed else SPACES.sub(" ", kept).strip(" ")


def isolated(text: str) -> str:
    """The text as an island: its own direction inside, no effect on its surroundings (Unicode UAX 9, FSI and PDI)."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}" if text else text


def runs_from_the_right(text: str) -> bool:
    """Whether any of it is written from the right, as Arabic and Hebrew are."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def map_texts(value: T, change: Callable[[str], str]) -> T:
    """The same frozen dataclass or tuple with every text in it changed."""
    if isinstance(value, str):
        return change(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(map_texts(item, change) for item in value)  # type: ignore[return-value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: map_texts(getattr(value, field.name), change) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value


def _legible(character: str, covered: Container[int]) -> str:
    if character in BIDI_CONTROLS:
        return ""
    if character.isspace() and character not in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}":
        return " "
    if ord(character) in covered:
        return character
    return "" if unicodedata.category(character) in DROPPED else UNKNOWN
