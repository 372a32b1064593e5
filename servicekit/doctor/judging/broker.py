"""Redis as the broker, and whether Beat and a worker are there to use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servicekit.doctor.findings import Finding, ok, warning, wrong

MUCH_WAITS = 1000
"""Nudges in one queue; a sweep alone leaves five hundred at most."""

KEEPS_ALL = "noeviction"
SLOW = "slow"
TROUBLES: dict[str, tuple[str, str]] = {
    SLOW: (
        "something takes our connection there, and is too slow to answer",
        "Look at the load of its machine, and with redis-cli SLOWLOG GET at what keeps Redis busy.",
    ),
    "AuthenticationError": ("Redis answers, and refuses our password", "Put the right one into REDIS_URL."),
    "NoPermissionError": ("Redis answers, and forbids what we ask", "Give the user of REDIS_URL its rights (ACL)."),
    "BusyLoadingError": (
        "Redis answers, and still loads its data",
        "Wait until it has; nothing is lost meanwhile, as rows are the truth.",
    ),
}
"""What is said where Redis is there, by what is in the way."""


@dataclass(frozen=True, slots=True)
class Broker:
    """What Redis says of itself; `trouble` is SLOW or the class of the error if it doesn't. `maxmemory` is in bytes."""

    version: str = ""
    append_only: bool = False
    policy: str = KEEPS_ALL
    maxmemory: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Seconds since a worker last heard Beat, None for never; what waits by queue, nothing while Redis is away.

    `sweeps` is the queue that Beat's own messages travel on, `every` the seconds between two of them, and `service`
    what its processes are called by.
    """

    age: float | None
    waiting: Mapping[str, int]
    sweeps: str
    every: float
    service: str


def judge(broker: Broker) -> list[Finding]:
    """Whether nudges travel, and stay where they are until somebody takes them."""
    if broker.trouble:
        away = f"it doesn't answer ({broker.trouble})", "Start Redis, and compare host and port in REDIS_URL."
        return [wrong(*TROUBLES.get(broker.trouble, away))]
    found = [*evicting(broker)]
    if not broker.append_only:
        do = "Set appendonly yes: without it a restart forgets nudges, which costs up to a minute's delay each."
        found.append(warning("it keeps nothing over a restart", do))
    return found or [ok(f"Redis {broker.version} answers, keeps an append-only file and evicts nothing")]


def evicting(broker: Broker) -> list[Finding]:
    """Whether Redis throws keys away, which for a broker are queues."""
    if broker.policy == KEEPS_ALL:
        return []
    said, do = (
        f"its eviction policy is {broker.policy}, which can drop whole queues",
        "Set maxmemory-policy noeviction.",
    )
    return [wrong(said, do) if broker.maxmemory else warning(said + " once maxmemory is set", do)]


def pulse(seen: Pulse) -> list[Finding]:
    """Whether Beat sends and a worker hears."""
    if not seen.waiting:
        return [wrong("nobody can tell while Redis doesn't answer", "See to the broker first.")]
    longest = max(seen.every * 4, 60.0)
    if seen.age is None or seen.age > longest:
        return [silent(seen)]
    return behind(seen.waiting) or [
        ok(f"a worker heard Beat {seen.age:.0f} s ago, {sum(seen.waiting.values())} nudges wait")
    ]


def silent(seen: Pulse) -> Finding:
    """Which of the two is missing: Beat's messages lie in the queue when only the worker is."""
    since = "ever" if seen.age is None else f"for {seen.age:.0f} s"
    if seen.waiting.get(seen.sweeps):
        return wrong(
            f"no worker took Beat's messages {since}",
            f"Start {seen.service}-worker; each of its lanes has to run somewhere (WORKER_LANES).",
        )
    do = f"Start {seen.service}-beat, exactly one, and a {seen.service}-worker."
    return wrong(f"no beat was heard {since}", do)


def behind(waiting: Mapping[str, int]) -> list[Finding]:
    """Queues that are longer than sweeps alone make them."""
    long = {queue: length for queue, length in waiting.items() if length > MUCH_WAITS}
    do = "Start more workers for it, or look into its worker's log."
    return [warning(f"{length} nudges wait in {queue}", do) for queue, length in long.items()]


@dataclass(frozen=True, slots=True)
class Lanes:
    """For each queue how many workers listen to it; None while nobody can be asked."""

    listening: Mapping[str, int] | None
    service: str


def lanes(seen: Lanes) -> list[Finding]:
    """Whether each queue has somebody who takes from it."""
    if seen.listening is None:
        return [wrong("nobody can tell while Redis doesn't answer", "See to the broker first.")]
    deserted = sorted(queue for queue, workers in seen.listening.items() if not workers)
    if deserted:
        do = f"Start {seen.service}-worker with every lane of the Procfile, and look into its log for one that ended."
        return [wrong(f"no worker answers for {', '.join(deserted)}", do)]
    told = ", ".join(f"{queue} ({workers})" for queue, workers in sorted(seen.listening.items()))
    return [ok(f"each queue has workers: {told}")]
