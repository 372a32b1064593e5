"""How a text travels as SMS: its alphabet, its length, its parts, and what it looks like in plain signs. Pure.

The rules are 3GPP TS 23.038 (alphabets) and TS 23.040 (parts, with the six-octet header that joins them).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

# TS 23.038, 6.2.1, from 0x00 to 0x7F. 0x09 is the capital Ç: phones show it, and a small ç has no place in here.
# 0x1B, the escape, is left out: it is no character that a text could contain.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# TS 23.038, 6.2.1.1: each is the escape and one septet more.
EXTENDED = frozenset("\f^{}\\[~]|€")
DEFAULT = BASIC | EXTENDED


class Encoding(StrEnum):
    """The two alphabets that every network carries."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


ALONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
JOINED = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}
"""Units that fit into a message of one part, and into each part of a longer one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a text takes. `units` are septets in GSM-7 and UTF-16 code units in UCS-2; `parts` is 1 or more.

    `forced_by` holds the characters outside GSM-7, each once, in the order in which they first appear.
    """

    encoding: Encoding
    units: int
    parts: int
    forced_by: tuple[str, ...]


def measure(text: str) -> Measured:
    """How the text, exactly as it is, would be sent."""
    forced_by = tuple(character for character in dict.fromkeys(text) if character not in DEFAULT)
    encoding = Encoding.UCS_2 if forced_by else Encoding.GSM_7
    units = units_of(text, encoding)
    return Measured(encoding, units, parts_of(text, units, encoding), forced_by)


def units_of(text: str, encoding: Encoding) -> int:
    """Units that the whole text takes."""
    if encoding is Encoding.GSM_7:
        return len(text) + sum(map(text.count, EXTENDED))
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def parts_of(text: str, units: int, encoding: Encoding) -> int:
    """Parts of a text that takes so many units."""
    if units <= ALONE[encoding]:
        return 1
    if units == len(text):  # no pairs, which are all that could leave a part not quite full
        return math.ceil(units / JOINED[encoding])
    return count_parts((width(character, encoding) for character in text), capacity=JOINED[encoding])


def width(character: str, encoding: Encoding) -> int:
    """Units that one character takes: two for an escape pair and for a surrogate pair."""
    if encoding is Encoding.GSM_7:
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def count_parts(widths: Iterable[int], *, capacity: int) -> int:
    """Parts of a text that doesn't fit into one. A pair that would straddle two parts moves into the later one."""
    parts, filled = 1, 0
    for units in widths:
        if filled + units > capacity:
            parts, filled = parts + 1, 0
        filled += units
    return parts


PLAIN = {
    **dict.fromkeys("‘’‚‛‹›′`´", "'"),  # the grave and the acute accent stand where an apostrophe was meant
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−•", "-"),
    "…": "...",
    "\t": " ",
    **dict.fromkeys("\v\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),  # invisible: they only say where a line may break, or may not
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),  # with those above, every space that Unicode has
}
EVERYDAY = str.maketrans(PLAIN)
DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """The same text with typographic signs made plain, so that they alone don't force UCS-2.

    Quotes, dashes, the ellipsis and every kind of space get their everyday twin, accents written apart are put
    together (canonically, NFC), marks of writing direction go where nothing runs from right to left. Letters,
    digits and their marks all stay: ą stays ą.
    """
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    if not DIRECTION_MARKS.isdisjoint(composed) and not runs_leftwards(composed):
        composed = "".join(character for character in composed if character not in DIRECTION_MARKS)
    return unicodedata.normalize("NFC", composed.translate(EVERYDAY))


def runs_leftwards(text: str) -> bool:
    """Whether the text has Hebrew, Arabic or other letters that run from right to left."""
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def fewest_parts(wordings: Sequence[str]) -> str:
    """The wording that takes the fewest parts; of several, the one named first. At least one has to be given.

    The choice is among whole texts that somebody wrote: nothing is ever cut.
    """
    counts: list[int] = []
    for text in wordings:
        counts.append(measure(text).parts)
        if counts[-1] == 1:
            break
    return wordings[counts.index(min(counts))]
