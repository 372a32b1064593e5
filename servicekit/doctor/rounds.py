"""The doctor's rounds: every organ at once, each for itself, none for longer than a few seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.db import connection

from servicekit.doctor import findings
from servicekit.doctor.findings import Finding

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 12.0
Examine = Callable[[], Sequence[Finding]]
"""One check: it looks, judges, and says what it found."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with the organ that it is about."""

    check: str
    finding: Finding


def examine_all(checks: Mapping[str, Examine], *, longest: float = LONGEST_SECONDS) -> list[Line]:
    """Every line, in the order of the checks; one that crashes or hangs (seconds) is a finding of its own."""
    found: dict[str, Sequence[Finding]] = {}
    threads = [threading.Thread(target=examine, args=(name, checks[name], found), daemon=True) for name in checks]
    end = time.monotonic() + longest
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return [Line(name, finding) for name in checks for finding in found.get(name) or [hanging(longest)]]


def examine(name: str, check: Examine, found: dict[str, Sequence[Finding]]) -> None:
    """One check in a thread of its own, with a connection of its own."""
    try:
        found[name] = check()
    except Exception as crash:  # it is told as a line of its own, and must not silence the others
        found[name] = [crashed(crash)]
    finally:
        connection.close()


def crashed(crash: Exception) -> Finding:
    """The class alone: its words may hold what nobody should read."""
    log.debug("doctor_check_crashed", error=type(crash).__name__)
    return findings.wrong(f"the check itself failed ({type(crash).__name__})", "Report it, as this is a bug.")


def hanging(longest: float) -> Finding:
    """No answer in time."""
    return findings.wrong(f"no answer within {longest:.0f} s", "See what it waits for: a network, a name, a disk.")
