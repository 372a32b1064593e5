"""Whether pages show what was sealed: the texts of `receipts.document` in what `receipts.reading` has found. Pure."""

from __future__ import annotations

import dataclasses
import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from receipts import document, fonts, frozen, legible, qr, reading, sealing, stamp, words
from receipts.document import Document
from receipts.reading import Pages
from receipts.sealing import Sealed
from receipts.words import Words

PUNCTUATION = "()[]-+.,:;"
UNPRINTED = {"language", "direction", "title", "author", "page", "logo", "logo_alt"}


def shows_code(sealed: Sealed, pages: Pages) -> bool:
    """Whether the code of this seal is drawn on a page, module by module."""
    return qr.draw(sealing.code_of(sealed)).runs in pages.bars


def compared(sealed: Sealed, pages: Pages) -> Iterator[str]:
    """What is wrong with the pages, in sentences. Raises ValueError for data that no document is made of."""
    say = words.of(frozen.from_json(sealed.document.snapshot).locale)
    told = _told(sealed, say)
    whole = _Page.of("".join(pages.texts), told)
    absent = dict.fromkeys(reading.unmarked(label) for label, text in _facts(told) if not whole.has(text))
    if absent:
        yield f"Its pages don't show what was sealed as {', '.join(absent)}."
    if not all(_Page.of(text, told).has(place) for text, place in zip(pages.texts, _places(told, pages), strict=True)):
        yield "A page doesn't say which page of how many it is: pages were added or taken out."
    printable = (*_texts(told), *_around(told, count=len(pages.texts)), *_seal(sealed, say))
    if not absent and shows_code(sealed, pages) and _figures(*pages.texts) - _figures(*printable):
        yield "Its pages show figures that weren't sealed."
    if pages.annotated:
        yield "Something was put on its pages: a note, a stamp, a form or a link, and the clinic's documents have none."


def _told(sealed: Sealed, say: Words) -> Document:
    snapshot, said = frozen.from_json(sealed.document.snapshot), sealed.document
    printable = legible.map_texts(snapshot, functools.partial(legible.clean, covered=fonts.covered()))
    try:
        return document.compose(printable, number=said.number, issued_at=said.issued_at, words=say)
    except (ArithmeticError, LookupError, OSError):  # a zone that isn't one, a rate or an amount beyond all bounds
        raise ValueError("no document is made of such values") from None


def _places(told: Document, pages: Pages) -> list[str]:
    """What the foot of each page says: `Page 1 of 2`."""
    before, between, after = told.page
    return [f"{before}{page}{between}{len(pages.texts)}{after}" for page in range(1, len(pages.texts) + 1)]


def _seal(sealed: Sealed, say: Words) -> tuple[str, str]:
    made = stamp.of(sealed, words=say)
    return made.name, made.note


def _around(told: Document, *, count: int) -> Iterator[str]:
    """What is printed around so many pages: a head on each but the first, a foot on each."""
    yield from (told.letterhead.name, told.heading, told.number) * (count - 1)
    yield from (told.letterhead.name, told.letterhead.tax_id, *told.page, str(count)) * count
    yield from map(str, range(1, count + 1))


def _texts(told: Any) -> Iterator[str]:
    """Every text of a document that is printed, whichever part it stands in."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, tuple):
        yield from chain.from_iterable(map(_texts, told))
    else:
        names = (field.name for field in dataclasses.fields(told) if field.name not in UNPRINTED)
        yield from chain.from_iterable(_texts(getattr(told, name)) for name in names)


def _figures(*texts: str) -> Counter[str]:
    """How often each digit is there: the one thing that comes out of a PDF in every language as it went in."""
    return Counter(character for text in texts for character in text if character.isdigit())


@dataclass(frozen=True, slots=True)
class _Page:
    """What was found on the pages.

    Lines that run from the right come out of a PDF in another order, so less can be asked of them: of what is written
    from the left only the single words and numbers, of Arabic and Hebrew only the characters.
    """

    text: str
    characters: Counter[str]
    from_the_right: bool

    @classmethod
    def of(cls, text: str, told: Document) -> _Page:
        """Of one page, or of all of them."""
        return cls(text, Counter(text), from_the_right=told.direction == "rtl")

    def has(self, text: str) -> bool:
        """Whether the text is there, whatever the line breaks."""
        parts = [part.strip(PUNCTUATION) for part in reading.unmarked(text).split()] if self.from_the_right else [text]
        return all(self._has(reading.squeezed(part)) for part in parts)

    def _has(self, part: str) -> bool:
        return not Counter(part) - self.characters if legible.runs_from_the_right(part) else part in self.text


def _facts(told: Document) -> Iterator[tuple[str, str]]:
    """What a forger would change: every fact with its label, every cell of the table with its heading."""
    facts = chain(told.dates, told.corrects, told.people, told.service, told.payment, told.taxes, told.balance)
    yield from ((fact.label, fact.value) for fact in (*facts, told.total))
    columns = told.columns
    for row in told.rows:
        yield columns.description, row.description
        yield columns.unit_amount, row.unit_amount
        yield columns.amount, row.amount
