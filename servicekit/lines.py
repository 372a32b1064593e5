"""Text from outside that will stand in a line of a document, a letter or a page. Pure."""

from __future__ import annotations

TURNING = str.maketrans(dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Unicode's embeddings, overrides and isolates (UAX 9). Letters know their direction without them."""


def unturned(text: str) -> str:
    """The text without the characters that turn the direction of what follows: an amount would read backwards.

    They come with what people paste from address books, so they are dropped and not refused.
    """
    return text.translate(TURNING)
