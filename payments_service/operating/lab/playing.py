"""Plays a scenario to the running service, waits for what comes of it, and compares that with what should."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from payments_service.operating.lab.scenarios import Act, Document, Play
from payments_service.operating.lab.service import Service

POLL_SECONDS = 0.2
QUIET_SECONDS = 2.0
"""How long nothing more may come after what should have come."""


class Verdict(StrEnum):
    """How a scenario ended."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario's end, with a sentence."""

    verdict: Verdict
    said: str


def play(play: Play, *, service: Service, patience: float) -> Outcome:
    """Act by act, for at most `patience` seconds each; the first wrong one ends it."""
    for act in play.acts:
        if complaint := wrong_in(act, of=play.payment, service=service, patience=patience):
            return Outcome(Verdict.WRONG, complaint)
    return Outcome(Verdict.RIGHT, told(play.acts[-1])) if printed(play, service) else unprinted(play)


def wrong_in(act: Act, *, of: str, service: Service, patience: float) -> str:
    """What is wrong after an act; empty when all is right."""
    statuses = posted(act, service)
    expected = [post.status for post in act.posts]
    if statuses != expected:
        return f"posts were answered {words(statuses)} instead of {words(expected)}"
    found = settled(act.documents, of=of, service=service, patience=patience)
    if found != list(act.documents):
        return f"{named(found)} instead of {named(act.documents)}"
    if not act.documents and 400 in expected and service.knows(of):
        return "a payment was recorded from what was refused"
    return ""


def posted(act: Act, service: Service) -> list[int]:
    """The statuses of an act's posts, in their order."""
    with ThreadPoolExecutor(len(act.posts) if act.at_once else 1) as senders:
        return list(senders.map(service.post, act.posts))


def settled(wanted: Sequence[Document], *, of: str, service: Service, patience: float) -> list[Document]:
    """The documents once they are as wanted and stay so for a while, or whatever there is when patience ends."""
    end = time.monotonic() + patience
    while documents(of, service) != list(wanted) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    time.sleep(QUIET_SECONDS)
    return documents(of, service)


def documents(of: str, service: Service) -> list[Document]:
    """What there is now."""
    return [document for document, _ in service.documents(of)]


def printed(play: Play, service: Service) -> bool:
    """Whether the first document shows what it should."""
    return not play.printed or play.printed in service.printed(service.documents(play.payment)[0][1])


def unprinted(play: Play) -> Outcome:
    """The amount is right in the rows, and wrong on paper."""
    return Outcome(Verdict.WRONG, f"the receipt doesn't show {play.printed}")


def told(act: Act) -> str:
    """What was right."""
    answers = words(sorted({post.status for post in act.posts}))
    return f"{named(act.documents)}; every post answered {answers}"


def named(found: Sequence[Document]) -> str:
    """Documents in words, their amounts in minor units."""
    return ", ".join(f"{each.kind} {each.amount} {each.currency}" for each in found) or "no document"


def words(numbers: Sequence[int]) -> str:
    """Numbers in a row."""
    return " ".join(str(number) for number in numbers)
