"""Posts that are spoiled on purpose: JSON whose parts are replaced, left out or nested, bytes that are changed or cut.

How often a property is tried says the profile of hypothesis: `here` with the suite, `fuzz` in `make fuzz`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

Json = Any
Path = tuple[str | int, ...]

LONGEST_SECONDS = 1.0
"""Of the processor's time, for one answer: a machine that is busy with something else makes nothing slower."""

DEEP = "(as deep as it gets)"
"""Stands for nesting that Python itself couldn't write, until `as_bytes` writes it."""
DEPTH = 50_000

HOSTILE_TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\r\nBcc: eve@example.com\r\n",
    "\u202egnirts\u2066",
    "\u200b",
    "😀" * 300,
    "x" * 10_000,
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "{0.__class__}%s%(name)s%n",
    "../../../../etc/passwd",
    '=HYPERLINK("http://127.0.0.1")',
    "'; DROP TABLE webhooks_stripeevent; --",
    "evt_1",
    "0",
    "1e400",
    "2026-02-30T25:61:00Z",
    "0001-01-01T00:00:00+14:00",
)
HOSTILE_NUMBERS = (0, -1, 1, True, False, 2**31, 2**63, -(2**63) - 1, 10**30, 10**400, 0.1, -0.0, 1e308, 1e-308)
NO_NUMBERS = (float("nan"), float("inf"), float("-inf"))
HOSTILE_VALUES: tuple[Json, ...] = (
    None,
    *HOSTILE_TEXTS,
    *HOSTILE_NUMBERS,
    *NO_NUMBERS,
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"id": 1},
    DEEP,
)

PIECES = (b"\x00", b"\xff", b"\xed\xa0\x80", b"{", b'"', b"\r\n", b"\\u0000", b"1" * 5000)
DEEDS = ("cut", "insert", "overwrite", "behead", "double", "reverse")

texts = st.sampled_from(HOSTILE_TEXTS) | st.text(max_size=60)
hostile = st.sampled_from(HOSTILE_VALUES) | st.text(max_size=50) | st.integers() | st.floats()


def often(share: float = 1.0) -> Callable[[Any], Any]:
    """Try a property as often as the profile says, times `share`."""
    return settings(max_examples=max(1, round(settings().max_examples * share)))


def paths(document: Json, so_far: Path = ()) -> Iterator[Path]:
    """The way to each part of a document, and to the whole."""
    yield so_far
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, part in parts:
        yield from paths(part, (*so_far, name))


def parts_of(document: Json) -> Iterable[tuple[Any, Json]]:
    """The parts of an object by name, those of a list by number."""
    if isinstance(document, dict):
        return document.items()
    return enumerate(document) if isinstance(document, list) else ()


def replaced(document: Json, path: Path, value: Json) -> Json:
    """A copy with another part there."""
    if not path:
        return value
    copy = deepcopy(document)
    parent_of(copy, path)[path[-1]] = value
    return copy


def without(document: Json, path: Path) -> Json:
    """A copy without the part there."""
    if not path:
        return None
    copy = deepcopy(document)
    del parent_of(copy, path)[path[-1]]
    return copy


def parent_of(document: Json, path: Path) -> Json:
    """What holds the part."""
    for step in path[:-1]:
        document = document[step]
    return document


@st.composite
def documents(draw: st.DrawFn, document: Json) -> Json:
    """The document with one to three of its parts replaced or left out."""
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(paths(document))))
        leave_out = draw(st.booleans())
        document = without(document, path) if leave_out else replaced(document, path, draw(hostile))
    return document


def as_bytes(document: Json) -> bytes:
    """The document as it travels."""
    return json.dumps(document).encode().replace(json.dumps(DEEP).encode(), b"[" * DEPTH + b"]" * DEPTH)


def spoil(data: bytes, position: int, piece: bytes, kind: str) -> bytes:
    """The bytes with one of a few things done to them at a position."""
    return {
        "cut": data[:position],
        "insert": data[:position] + piece + data[position:],
        "overwrite": data[:position] + piece + data[position + len(piece) :],
        "behead": data[position:],
        "double": data + data,
        "reverse": data[::-1],
    }[kind]


@st.composite
def mangled(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes, cut, doubled, turned round, or with others in between."""
    position = draw(st.integers(0, len(data)))
    return spoil(data, position, draw(st.sampled_from(PIECES)), draw(st.sampled_from(DEEDS)))


def bodies(document: Json, written: bytes) -> st.SearchStrategy[bytes]:
    """Bodies that aren't quite this document, or these bytes of it."""
    return documents(document).map(as_bytes) | mangled(written)


@contextmanager
def soon() -> Iterator[None]:
    """Around one request: it may not take long, whatever it holds."""
    begun = time.thread_time()
    yield
    assert time.thread_time() - begun < LONGEST_SECONDS


def parsed(parser: Callable[[Any], Any], given: Any, *, refusal: type[Exception] = ValueError) -> tuple[Any, str]:
    """What a parser makes of it, and nothing; or None, and the sentence by which it refuses. Soon, either way."""
    with soon():
        try:
            return parser(given), ""
        except refusal as wrong:
            return None, str(wrong)
