"""Fields of bodies that the HTTP APIs of both services take, each with the sentence that a wrong value gets."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from servicekit import expectations, lines, words


def one_line(value: str) -> str:
    """Text that stands in one line and in its own direction; every kind of space becomes a plain one."""
    straight = lines.unturned(value)
    kinds = {unicodedata.category(character) for character in straight}
    if kinds & {"Cc", "Cs", "Zl", "Zp"}:
        raise ValueError("expected one line without control characters")
    if value and not straight.strip():
        raise ValueError("expected text that can be seen")
    return "".join(" " if unicodedata.category(character) == "Zs" else character for character in straight)


def known_locale(value: str) -> str:
    """A locale that exists, whether or not we have its words."""
    if value and not words.exists(value):
        raise ValueError("expected a locale such as en, pl or de-AT")
    return value


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(one_line)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(one_line)]
"""What another program calls something of its own."""
Locale = Annotated[str, StringConstraints(max_length=20), AfterValidator(known_locale)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=expectations.VISIBLE)]
"""An id as it comes in an address."""


class Strict(BaseModel):
    """A body in which an unknown field is a mistake, not something to drop in silence."""

    model_config = ConfigDict(extra="forbid")
