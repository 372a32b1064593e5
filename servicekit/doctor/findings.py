"""What the doctor says: one sentence about what is, and one about what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands; only what is wrong ends the command with exit code 1."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's; `do` is empty when nothing is to be done. Neither names a person or holds a secret."""

    verdict: Verdict
    said: str
    do: str = ""


def ok(said: str) -> Finding:
    """All is well."""
    return Finding(Verdict.OK, said)


def warning(said: str, do: str) -> Finding:
    """The service works, and somebody should know this."""
    return Finding(Verdict.WARNING, said, do)


def wrong(said: str, do: str) -> Finding:
    """The service doesn't do its work, or won't soon."""
    return Finding(Verdict.WRONG, said, do)
