"""The doctor's rounds: every organ at once, each for itself, none for longer than a few seconds, unless all are slow.

What a check asks has a time-out of its own, and says itself who is away. One that isn't done in time either waits for
something that has none, or has had no processor on a machine that others keep busy; the second is given more time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.db import connection

from servicekit.doctor import findings
from servicekit.doctor.findings import Finding

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 12.0
MORE_SECONDS = 30.0
"""What those that are only slow have beside that."""
A_LITTLE = 0.2
Examine = Callable[[], Sequence[Finding]]
"""One check: it looks, judges, and says what it found."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with the organ that it is about."""

    check: str
    finding: Finding


def examine_all(
    checks: Mapping[str, Examine],
    *,
    longest: float = LONGEST_SECONDS,
    more: float = MORE_SECONDS,
    crowded: Callable[[], bool] | None = None,
) -> list[Line]:
    """Every line, in the order of the checks; one that crashes, hangs or is slow (seconds) is a finding of its own.

    `crowded` says whether the machine is; by its load unless given.
    """
    found: dict[str, Sequence[Finding]] = {}
    threads = {name: threading.Thread(target=examine, args=(name, checks[name], found), daemon=True) for name in checks}
    for thread in threads.values():
        thread.start()
    wait_for(threads.values(), seconds=longest)
    late = [name for name in checks if name not in found]
    busy = bool(late) and (crowded or is_crowded)()
    slow = [name for name in late if busy or works(threads[name])]
    wait_for([threads[name] for name in slow], seconds=more)
    found |= {name: [being_slow(longest + more)] for name in slow if name not in found}
    return [Line(name, finding) for name in checks for finding in found.get(name) or [hanging(longest)]]


def wait_for(threads: Iterable[threading.Thread], *, seconds: float) -> None:
    """Until all of them are done, or so long."""
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))


def works(thread: threading.Thread) -> bool:
    """Whether it has something to do right now, rather than waiting for somebody."""
    before = worked(thread)
    time.sleep(A_LITTLE)
    return worked(thread) > before


def worked(thread: threading.Thread) -> int:
    """How much of a processor it has had, in ticks of Linux; none where the system doesn't tell, or once it is over."""
    try:
        told = Path(f"/proc/self/task/{thread.native_id}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    user, system = told.rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def is_crowded() -> bool:
    """Whether more wants to run on this machine than it has processors for."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


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
    """No answer in time, though there was time."""
    said = f"no answer within {longest:.0f} s, and nothing keeps it busy: it waits for somebody"
    return findings.wrong(said, "See what it waits for: a network, a name, a disk.")


def being_slow(longest: float) -> Finding:
    """Nobody is away; there is too much to do here."""
    said = f"slow: still at work after {longest:.0f} s, so how it stands isn't known"
    do = "See what keeps this machine busy (top), and ask again when it has less to do."
    return findings.warning(said, do)
