"""Names that somebody might give to see what happens, and what a reader makes of HTML that one of them went into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import hypothesis
from django.test import Client

NAMES = {
    "a script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": "\"' onmouseover=alert(1) style='x' a=\"",
    "the end of an element": "</td></p></title></style></textarea><b>Eve",
    "entities": "&lt;b&gt;&amp;&#60;i&#62;",
    "a template": "{{ 7 * 7 }}{% include '/etc/passwd' %}{# x #}",
    "a format": "{name}{0}{0.__class__}%s%(name)s%n$x",
    "slots": "\\x00name\\x00 \\1 \\g<0>",
    "a path": "../../../../etc/passwd",
    "a formula": '=HYPERLINK("http://127.0.0.1/?"&A1)',
    "another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a header": "Ada%0d%0aBcc:%20eve@example.com",
    "an encoded word": "=?utf-8?q?Eve_=3Ceve=40example.com=3E?=",
    "another mailbox": '"Eve" <eve@example.com>, Ada',
    "a calendar's words": "Ada;X=1,Nowak\\nSTATUS:CANCELLED:\\,\\;^n^'",
    "a document's words": "]]>)>>endobj(<?xml version='1.0'?><!--",
    "words from right to left": "\u0645\u0631\u064a\u0645 Nowak \u05e9\u05dc\u05d5\u05dd",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd Ada \u2764\ufe0f",
    "marks without end": "A" + "\u0300" * 100,
    "quotes": 'O\'Neil \\ "Ada" `x` $(id) ; DROP TABLE x; --',
    "length": "N" * 200,
}
"""By what is hostile about them; each is one line that an API takes."""


def handfuls() -> dict[str, tuple[str, ...]]:
    """The names for each run of a test: all of them at once with the suite, one after another in `make fuzz`."""
    if hypothesis.settings.get_current_profile_name() == "fuzz":
        return {kind: (name,) for kind, name in NAMES.items()}
    return {"all": tuple(NAMES.values())}


def behind_each_other(names: Iterable[str], *, longest: int) -> Iterator[str]:
    """The same in as few lines of at most so many characters as their order allows, each name whole in one of them."""
    line = ""
    for name in names:
        if line and len(line) + 1 + len(name) > longest:
            yield line
            line = ""
        line = f"{line} {name}" if line else name
    yield line


REFUSED = {
    "a header's end": "Ada\r\nBcc: eve@example.com",
    "a NUL": "Ada\x00Nowak",
    "a line": "Ada\u2028Nowak",
    "half a character": "Ada\ud800",
    "a book": "N" * 10_000,
    "nothing": " \u00a0\u2003 ",
}
"""What no API takes for a name."""

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of everything after them: an amount would read backwards."""


class Read(HTMLParser):
    """What a browser or a mail program shows of some HTML, and the tags and attributes that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All that can be read."""
        return "".join(self.words)


def posted(browser: Client, path: str, **form: str) -> Any:
    """What a form of the admin answers over https."""
    answer = browser.post(path, form, headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 200
    return answer


def kinds_of_tags(answer: Any) -> set[object]:
    """What a page is made of."""
    return set(Read(answer.content.decode()).shape)
