"""Whether pages show what was sealed: the texts of `receipts.document` in what `receipts.reading` has found. Pure."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from receipts import document, fonts, frozen, legible, qr, reading, sealing, words
from receipts.document import Document
from receipts.reading import Pages
from receipts.sealing import Sealed

PUNCTUATION = "()[]-+.,:;"


def shows_code(sealed: Sealed, pages: Pages) -> bool:
    """Whether the code of this seal is drawn on a page, module by module."""
    return qr.draw(sealing.code_of(sealed)).runs in pages.bars


def not_shown(sealed: Sealed, pages: Pages) -> list[str]:
    """The labels of what should be on the pages and isn't. Raises ValueError for data that no document is made of."""
    snapshot = frozen.from_json(sealed.document.snapshot)
    printable = legible.map_texts(snapshot, functools.partial(legible.clean, covered=fonts.covered()))
    told = document.compose(
        printable,
        number=sealed.document.number,
        issued_at=sealed.document.issued_at,
        words=words.of(snapshot.locale),
    )
    page = _Page(pages.text, Counter(pages.text), from_the_right=told.direction == "rtl")
    return [reading.unmarked(label) for label, text in _facts(told) if not page.has(text)]


@dataclass(frozen=True, slots=True)
class _Page:
    """What was found on the pages.

    Lines that run from the right come out of a PDF in another order, so less can be asked of them: of what is written
    from the left only the single words and numbers, of Arabic and Hebrew only the characters.
    """

    text: str
    characters: Counter[str]
    from_the_right: bool

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
