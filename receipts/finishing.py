"""What a PDF gets that WeasyPrint doesn't write by itself: the attached data, the code, a text for every glyph.

Neighbour of `receipts.rendering`, which hands these to WeasyPrint.
"""

from __future__ import annotations

import re
from datetime import UTC

import pydyf
from weasyprint import Attachment, Document

from receipts import fetching, qr, sealing
from receipts.sealing import Sealed

# A line of a font's map to Unicode that maps to nothing; U+2060 (word joiner) is invisible and breaks no word.
WITHOUT_TEXT = re.compile(rb"^(<[0-9a-f]{4}> )<>$")
PLACE = [b"-7 -7 m", b"-14 -7 l"]
"""How WeasyPrint writes `stamp.PLACE`."""


def files_of(sealed: Sealed | None) -> list[Attachment]:
    """The sealed data as `NUMBER.json`, dated when it was issued, so that the same receipt is the same bytes."""
    if sealed is None:
        return []
    issued_at = sealed.document.issued_at.astimezone(UTC)
    return [
        Attachment(
            string=sealing.to_bytes(sealed),
            name=f"{sealed.document.number}.json",
            description="The data of this document, sealed",
            relationship="Data",
            created=issued_at,
            modified=issued_at,
            url_fetcher=fetching.LogoFetcher(),
        )
    ]


def finish(_: Document, pdf: pydyf.PDF, *, sealed: Sealed | None, stamped: bool) -> None:
    """Change the file before it is written; `stamped` says whether the document has a place for the code."""
    streams = [each for each in pdf.objects if isinstance(each, pydyf.Stream)]
    name_every_glyph(streams)
    if sealed:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))  # WeasyPrint names each file twice
    if sealed and stamped:
        draw_code(streams, code=qr.draw(sealing.code_of(sealed)))


def name_every_glyph(streams: list[pydyf.Stream]) -> None:
    """Give glyphs without a text an invisible one, because PDF/A-3a wants every glyph to stand for some character.

    WeasyPrint writes a cluster's text (a letter with its points) on its first glyph and an empty one on the others.
    """
    for stream in streams:
        if b"begincmap" in stream.stream:
            stream.stream = [WITHOUT_TEXT.sub(rb"\1<2060>", part) for part in stream.stream]


def draw_code(streams: list[pydyf.Stream], *, code: qr.Code) -> None:
    """Put the code's rectangles in their place, exactly one. Raises RuntimeError when WeasyPrint has left none.

    WeasyPrint takes 15 ms to read the code as an SVG path, a sixth of a receipt; this takes less than one.
    """
    places = [stream for stream in streams if PLACE[1] in stream.stream]
    if len(places) != 1:
        raise RuntimeError("WeasyPrint no longer writes the place of the code as it did; see receipts.finishing")
    [place] = places
    at = place.stream.index(PLACE[1])
    place.stream[at - 1 : at + 1] = [b"%d %d %d 1 re" % run for run in code.runs]
