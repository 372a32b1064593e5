"""A visit as an entry that a calendar takes, updates and removes (RFC 5545 and 5546). Pure; `writing` attaches it.

It names the clinic, the time and the place, and nothing of why or with whom: calendars are shared. Instants are in UTC,
which no calendar can read wrongly and no clock change can move. The lines are written here because the library that
reads them back in the tests takes thirty times as long, and a due scan writes thousands a second.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote

LONGEST_LINE = 75
"""In octets, without the line's end (RFC 5545, 3.1)."""
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
IN_QUOTES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})
"""RFC 6868."""
UNRESERVED = "@!$'*+-._~"
"""What may stand in a `mailto:` as it is (RFC 6068), beside letters and digits."""


class Method(StrEnum):
    """What a calendar does with the entry."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One version of one visit: the same `uid` always, a greater `sequence` each time that it changes.

    `organizer` and `attendee` are bare email addresses, `clinic` is the organizer's name.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime | None
    summary: str
    place: str
    clinic: str
    organizer: str
    attendee: str


def ics(entry: Entry, *, method: Method, written_at: datetime) -> str:
    """The file's text, to be encoded as UTF-8."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//clinic-receipts//visits//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{stamp(written_at)}",
        f"DTSTART:{stamp(entry.starts_at)}",
        f"DTEND:{stamp(entry.ends_at)}" if entry.ends_at else "",
        f"SUMMARY:{escaped(entry.summary)}",
        f"LOCATION:{escaped(entry.place)}" if entry.place else "",
        f'ORGANIZER;CN="{quoted(entry.clinic)}":mailto:{quote(entry.organizer, safe=UNRESERVED)}',
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{quote(entry.attendee, safe=UNRESERVED)}",
        "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if method == Method.CANCEL else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(folded(line) for line in lines if line)


def stamp(instant: datetime) -> str:
    """`20261125T093000Z`."""
    return stamp_text(instant.astimezone(UTC))


@functools.lru_cache(maxsize=4096)
def stamp_text(instant: datetime) -> str:
    """The stamp of an instant in UTC; in other zones the two instants of a repeated hour would share one."""
    return instant.strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value; control characters have no place in one."""
    return CONTROLS.sub("", text).translate(ESCAPED)


def quoted(text: str) -> str:
    """A parameter's value, to be put between double quotes."""
    return CONTROLS.sub("", text).translate(IN_QUOTES)


def folded(line: str) -> str:
    """The line with its end, broken where it is too long, and never inside a character."""
    octets = line.encode()
    if len(octets) <= LONGEST_LINE:
        return line + "\r\n"
    pieces, start, room = [], 0, LONGEST_LINE
    while start < len(octets):
        end = last_boundary(octets, start + room)
        pieces.append(octets[start:end].decode())
        start, room = end, LONGEST_LINE - 1  # the space that joins a piece to the one before counts too
    return "\r\n ".join(pieces) + "\r\n"


def last_boundary(octets: bytes, end: int) -> int:
    """The last place up to `end` where a character of UTF-8 begins, or the text's end."""
    while end < len(octets) and octets[end] & 0b1100_0000 == 0b1000_0000:
        end -= 1
    return end
