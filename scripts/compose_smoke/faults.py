"""Kills what the stack stands on and each of its processes in turn, in the middle of traffic, and starts it again."""

from __future__ import annotations

import time
from functools import partial

from scripts.compose_smoke.composition import Composition
from scripts.compose_smoke.traffic import Sending
from scripts.demo.story import Story

VICTIMS = (
    "redis",
    "postgres",
    "payments-worker",
    "payments-beat",
    "payments-web",
    "visits-worker",
    "visits-beat",
    "visits-web",
)
SHARES = 2 * len(VICTIMS)
AWAY_SECONDS = 5.0
A_MOMENT_SECONDS = 5.5
"""Receipts of events alone are made after five seconds (`RECEIPT_SETTLE_SECONDS`), and letters after that."""


def rounds(composition: Composition, sending: Sending, story: Story) -> None:
    """A round for each victim, a row of the story each."""
    for victim in VICTIMS:
        story.tell(
            f"{victim} is killed",
            partial(one_round, composition, victim, sending),
            result=lambda seconds: f"all well {seconds:.0f} s after its start",
        )


def one_round(composition: Composition, victim: str, sending: Sending) -> float:
    """Kill it with work in its hands, have more come while it is away, start it; the seconds until all was well."""
    sending.next_share()
    time.sleep(A_MOMENT_SECONDS)
    composition.kill(victim)
    sending.next_share()
    time.sleep(AWAY_SECONDS)
    started = time.monotonic()
    composition.start_again(victim)
    composition.wait_until_well()
    return time.monotonic() - started
