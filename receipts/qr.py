"""A text as a QR code (ISO/IEC 18004), drawn as rectangles. Pure; `receipts.stamp` places it on the page."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import segno

LEVEL = "m"
# Any of the eight masks may be used. Choosing takes four times as long as drawing, and what is signed looks random
# enough for each; a fixed one also lets a reader redraw the code and compare.
MASK = 5


@dataclass(frozen=True, slots=True)
class Code:
    """`runs` are the dark modules, line by line: x, y and length of each run, from the top left corner."""

    size: int
    runs: tuple[tuple[int, int, int], ...]


@functools.lru_cache(maxsize=8)
def draw(text: str) -> Code:
    """The code of a text. 15 % of it may be lost or dirty, and it can still be read."""
    matrix = segno.make(text, error=LEVEL, mask=MASK, micro=False, boost_error=False).matrix
    return Code(len(matrix), tuple(run for y, row in enumerate(matrix) for run in _runs(y, row)))


def _runs(y: int, row: bytearray) -> list[tuple[int, int, int]]:
    runs, x = [], 0
    for dark, group in itertools.groupby(row, key=lambda module: module & 1):
        length = len(list(group))
        if dark:
            runs.append((x, y, length))
        x += length
    return runs
