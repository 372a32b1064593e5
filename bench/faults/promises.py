"""A promise and what came of it. Pure; `verdict`, `rota` and `ways` say some."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A promise."""

    promise: str
    expected: str
    found: str

    @property
    def ok(self) -> bool:
        """Whether it was kept."""
        return self.expected == self.found
