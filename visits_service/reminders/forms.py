"""Texts in which all is filled in that many letters share; what differs has a slot. Pure; `letters` fills them.

A template's dozens of nodes are worked through once per language. A letter of it is then put together from pieces,
which costs a twentieth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SLOT = re.compile(r"\x00(\w+)\x00")


def slot(name: str) -> str:
    """What stands in a form where this value goes: in characters that no setting and no translation can contain."""
    return f"\x00{name}\x00"


class Form:
    """A text with slots."""

    def __init__(self, text: str) -> None:
        self.pieces = SLOT.split(text)
        self.names = self.pieces[1::2]

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with each slot's value in it, exactly as it is given: escaping is the caller's."""
        pieces = self.pieces.copy()
        pieces[1::2] = [values[name] for name in self.names]
        return "".join(pieces)
