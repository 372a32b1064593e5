"""Reads a PDF back: every piece of text as its glyphs are drawn, through the fonts' own maps to Unicode."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

import pypdf
from pypdf.generic import ContentStream

SECTION = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
MAPPING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>")


class NoGlyph(AssertionError):
    """A piece of text is drawn with .notdef, the empty box."""


def open_pdf(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def pieces(content: bytes) -> list[str]:
    """One text per line of each box, without the marks that only steer direction. Right-to-left runs come reversed."""
    return [text for page in open_pdf(content).pages for text in _page_pieces(page) if text]


def fonts_of(content: bytes) -> set[str]:
    """The names of the fonts on all pages, without the tags of their subsets."""
    pages: list[Any] = list(open_pdf(content).pages)
    found = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    return {str(font["/BaseFont"]).partition("+")[2] for font in found}


def letters(text: str) -> list[str]:
    """A text's visible characters in no order: what stays the same when a line is laid out from right to left."""
    return sorted(character for character in text if not character.isspace() and not _is_mark(character))


def plain(text: str) -> str:
    """One space for any white space, no direction marks."""
    return " ".join("".join(character for character in text if not _is_mark(character)).split())


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _page_pieces(page: Any) -> list[str]:
    maps = {name: _unicode_of(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    found, current, glyphs = [], "", {}
    for operands, operator in ContentStream(page["/Contents"].get_object(), page.pdf).operations:
        if operator == b"Tf":
            glyphs = maps[operands[0]]
        elif operator in (b"TJ", b"Tj"):
            current += "".join(_decoded(part, glyphs) for part in _strings(operands[0]))
        elif operator == b"ET":
            found.append(plain(current))
            current = ""
    return found


def _strings(operand: Any) -> list[bytes]:
    parts = operand if isinstance(operand, list) else [operand]
    return [_raw(part) for part in parts if isinstance(part, (bytes, str))]


def _raw(part: Any) -> bytes:
    return bytes(part) if isinstance(part, bytes) else bytes(part.original_bytes)


def _decoded(part: bytes, glyphs: dict[int, str]) -> str:
    text = ""
    for high, low in zip(part[::2], part[1::2], strict=True):
        code = high << 8 | low
        if not code or code not in glyphs:
            raise NoGlyph(f"glyph {code} stands for no character")
        text += glyphs[code]
    return text


def _unicode_of(font: Any) -> dict[int, str]:
    """From a font's glyphs to characters; only fonts that name glyphs directly, as those without missing ones do."""
    if font["/Encoding"] != "/Identity-H":
        raise NoGlyph(f"{font['/BaseFont']} lacks characters")
    pairs = MAPPING.findall(b"".join(SECTION.findall(font["/ToUnicode"].get_data())))
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}
