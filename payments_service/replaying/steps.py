"""The words of a replay: the steps of an event's journey, and what is to be done about each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Do(StrEnum):
    """What a step needs; each value is what people read."""

    NOTHING = "nothing"
    PROCESS = "process the event"
    ISSUE = "issue the receipt"
    DOCUMENT = "issue the document"
    RENDER = "render the PDF"
    RESTORE = "render the PDF, as its file is lost"
    SEND_FIRST = "queue the first email"
    SEND_AGAIN = "send it again, and keep the reason"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `stage` such as "email", `about` an id or number, `state` how it stands, `row` what `do` works on.

    `lost` is what can't be made again by anybody but a person.
    """

    stage: str
    about: str
    state: str
    do: Do = Do.NOTHING
    row: int = 0
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """How far one event of Stripe's has come."""

    event: str
    type: str
    steps: tuple[Step, ...]

    @property
    def missing(self) -> tuple[Step, ...]:
        """The steps that want something done."""
        return tuple(step for step in self.steps if step.do is not Do.NOTHING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done about a step, in words; `failed` when it couldn't be."""

    step: Step
    said: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """Ids of rows that want work now, for a door to tell workers."""

    events: tuple[int, ...] = ()
    payments: tuple[int, ...] = ()
    movements: tuple[int, ...] = ()
    receipts: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
