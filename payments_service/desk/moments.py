"""One moment of a payment's story, in plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

GOOD, OPEN, BAD = "good", "open", "wrong"
"""How a moment looks; never all that it says."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When (UTC), what in a few words, more in a sentence; `note` is an id or a code, `path` where to see the row."""

    at: datetime
    what: str
    said: str = ""
    note: str = ""
    tone: str = ""
    path: str = ""
