"""A PDF in, its sealed data and what its pages show out. No database, no network; `receipts.inspecting` judges.

Files come from outside. Whatever is wrong with one is `Unreadable`, and stops no other.
"""

from __future__ import annotations

import io
import logging
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ContentStream

from receipts import sealing
from receipts.sealing import Sealed

LARGEST = 32 * 1024 * 1024
# What pypdf raises, beside its own errors, for files that aren't what they say they are.
STUMBLES = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError, RecursionError)
UNKNOWN_TO_IT = (NotImplementedError, DependencyError)
BROKEN = (PyPdfError, *STUMBLES, *UNKNOWN_TO_IT, struct.error, zlib.error)

# What it says of a broken file in the log is said again, better, by whoever judges the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

Runs = tuple[tuple[int, int, int], ...]


class Unreadable(ValueError):
    """It isn't a PDF that can be read."""


class NotSealed(ValueError):
    """It is a PDF, and has no sealed data."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What can be seen: each page's text without white space and marks, and every group of bars that could be a code.

    `annotated` says that something was put on a page: a note, a text, a stamp, a form, a link.
    """

    texts: tuple[str, ...]
    bars: tuple[Runs, ...]
    annotated: bool


def sealed_in(content: bytes) -> Sealed:
    """The sealed data that a PDF carries. Raises Unreadable, NotSealed, or `sealing.Malformed`."""
    files = _attached(content)
    if not files:
        raise NotSealed("no data is attached to it")
    if len(files) > 1:
        raise sealing.Malformed("more than one file is attached to it")
    return sealing.from_bytes(files[0])


def pages_of(content: bytes) -> Pages:
    """What the pages of a PDF show. Raises Unreadable."""
    try:
        pages = list(_open(content).pages)
        texts = tuple(squeezed(page.extract_text()) for page in pages)
        bars = tuple(group for page in pages for group in _bars(page))
        return Pages(texts, bars, annotated=any(page.get("/Annots") for page in pages))
    except BROKEN:
        raise Unreadable("its pages can't be read") from None


def squeezed(text: str) -> str:
    """A text without its white space and its invisible marks, composed (NFC), as it can be looked for."""
    return unicodedata.normalize("NFC", "".join(unmarked(text).split()))


def unmarked(text: str) -> str:
    """A text without the marks that only steer direction or breaks."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _open(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def _attached(content: bytes) -> list[bytes]:
    """Every attached JSON file; more than one with the same name counts as more than one."""
    if len(content) > LARGEST:
        raise Unreadable(f"it has more than {LARGEST // 1024 // 1024} MiB")
    try:
        files = _open(content).attachments
        return [bytes(each) for name, versions in files.items() if name.endswith(".json") for each in versions]
    except BROKEN:
        raise Unreadable("it can't be read as a PDF") from None


def _bars(page: Any) -> Iterator[Runs]:
    """Rectangles one unit high that are painted together, as `receipts.finishing` draws a code."""
    group: list[tuple[int, int, int]] = []
    content = page.get_contents()
    for operands, operator in ContentStream(content, page.pdf).operations if content is not None else ():
        if operator == b"re":
            x, y, length, height = (float(each) for each in operands)
            if height == 1:
                group.append((int(x), int(y), int(length)))
        elif group:
            yield tuple(group)
            group = []
