"""Whether a PDF is still, byte for byte, the file that our writer made: by the sum that it puts at the end. Pure.

Anybody can make such a sum, so it proves nothing against who knows of it: the seal does that, for the data. It tells
what other programs leave behind: a page that was drawn on, annotated or added, a file that was saved again or damaged.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import zlib
from collections.abc import Iterator

END = b"\nendobj\n"
START = re.compile(rb"%PDF-1\.\d\n%\xf0\x9f\x96\xa4\n")
STREAM = re.compile(rb"<<.*?/First (?P<first>\d+).*?>>\nstream\n(?P<packed>.*)\nendstream", re.DOTALL)
LAST = re.compile(rb"startxref\n(?P<at>\d+)\n%%EOF\n")
SUM = re.compile(rb"/ID \[\((?P<sum>[0-9a-f]{32})\) ?\((?P=sum)\)\]")


def is_as_written(content: bytes) -> bool:
    """Whether it has one section, no byte before or after it, and in it what was summed up when it was written.

    The sum is the MD5 of all objects in the order of their numbers, as pydyf writes it for PDF/A.
    """
    start = START.match(content)
    *bodies, packed, table, last = content[start.end() :].split(END) if start else [b""] * 3
    end, said = LAST.fullmatch(last), SUM.search(table)
    if not (end and said and content.startswith(table, int(end["at"]))):
        return False
    try:
        objects = dict([*map(_numbered, bodies), *_unpacked(packed), _numbered(packed)])
    except (ValueError, zlib.error):
        return False
    written = b"".join(objects[number] for number in sorted(objects))
    return hashlib.md5(written, usedforsecurity=False).hexdigest().encode() == said["sum"]


def _numbered(body: bytes) -> tuple[int, bytes]:
    head, _, data = body.partition(b" 0 obj\n")
    return int(head), data


def _unpacked(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The small objects, which are kept together in one stream: their numbers and places, then they themselves."""
    found = STREAM.search(body)
    if not found:
        raise ValueError("no stream of objects")
    stream, first = zlib.decompress(found["packed"]), int(found["first"])
    told = [int(each) for each in stream[:first].split()]
    numbers, places = told[::2], [*told[1::2], len(stream) - first + 1]
    for number, (at, to) in zip(numbers, itertools.pairwise(places), strict=True):
        yield number, stream[first + at : first + to - 1]
