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
LONGEST = 32 * 1024 * 1024
"""Of the small objects, unpacked: ours take some kilobytes, and a few of another's could fill the memory."""
SUM = re.compile(rb"/ID \[\((?P<sum>[0-9a-f]{32})\) ?\((?P=sum)\)\]")


def is_as_written(content: bytes) -> bool:
    """Whether it has one section, no byte before or after it, and in it what was summed up when it was written.

    The sum is the MD5 of all objects in the order of their numbers, as pydyf writes it for PDF/A.
    """
    try:
        return _sum_said_by(content) == _sum_of(content)
    except (ValueError, zlib.error):
        return False


def _sum_said_by(content: bytes) -> bytes:
    """What stands at the end, where that is as our writer writes it. Raises ValueError for any other file."""
    *_, table, last = content.split(END)
    end, said = LAST.fullmatch(last), SUM.search(table)
    if not (end and said and content.startswith(table, int(end["at"]))):
        raise ValueError("another end")
    return said["sum"]


def _sum_of(content: bytes) -> bytes:
    """What should stand there. Raises ValueError or zlib.error for a file that our writer didn't make."""
    start = START.match(content)
    if not start:
        raise ValueError("another beginning")
    *bodies, packed, _, _ = content[start.end() :].split(END)
    objects = dict([*map(_numbered, bodies), *_unpacked(packed), _numbered(packed)])
    written = b"".join(objects[number] for number in sorted(objects))
    return hashlib.md5(written, usedforsecurity=False).hexdigest().encode()


def _numbered(body: bytes) -> tuple[int, bytes]:
    head, _, data = body.partition(b" 0 obj\n")
    return int(head), data


def _unpacked(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The small objects, which are kept together in one stream: their numbers and places, then they themselves."""
    found = STREAM.search(body)
    if not found:
        raise ValueError("no stream of objects")
    stream, first = zlib.decompressobj().decompress(found["packed"], LONGEST), int(found["first"])
    told = [int(each) for each in stream[:first].split()]
    numbers, places = told[::2], [*told[1::2], len(stream) - first + 1]
    for number, (at, to) in zip(numbers, itertools.pairwise(places), strict=True):
        yield number, stream[first + at : first + to - 1]
