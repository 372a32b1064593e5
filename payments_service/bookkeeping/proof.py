"""What is known of one day of the books, in plain values; `proving` puts one together, `texts` says it. Pure.

Amounts are in the currency's minor unit as Stripe counts it, currencies are upper-case codes, instants are UTC.
There is nobody's name in here: ids, numbers and sums only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

MOST_NAMED = 20
"""How many of a kind are named; of more there is only the number."""


class Flow(StrEnum):
    """The ways that money takes. A dispute counts when it is lost."""

    PAYMENTS = "payments"
    REFUNDS = "refunds"
    DISPUTES = "lost_disputes"


class Standing(StrEnum):
    """How the newest letter of a document fares, or why there is none."""

    DELIVERED = "delivered"
    SENT = "sent"
    QUEUED = "queued"
    BOUNCED = "bounced"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    NO_ADDRESS = "no_address"
    NO_PDF = "no_pdf"


class Chore(StrEnum):
    """What only a person can bring on; the first four leave the books incomplete, the last four are marked as wrong."""

    PAYMENT_WITHOUT_RECEIPT = "payment_without_receipt"
    MOVEMENT_WITHOUT_DOCUMENT = "movement_without_document"
    EVENT_FAILED = "event_failed"
    DOCUMENT_WITHOUT_PDF = "document_without_pdf"
    RECEIPT_WITHOUT_ADDRESS = "receipt_without_address"
    LETTER_UNDELIVERED = "letter_undelivered"
    LETTER_COMPLAINED = "letter_complained"
    NUMBERS_WRONG = "numbers_wrong"
    CHAIN_WRONG = "chain_wrong"
    DOCUMENTS_WRONG = "documents_wrong"
    STRIPE_DIFFERS = "stripe_differs"


URGENT = tuple(Chore)[:4]
MARKED = tuple(Chore)[-4:]
"""What the statements about the day have found; it isn't counted a second time."""


class Outcome(StrEnum):
    """What can be said of a day: `UNCHECKED` when nothing differs, yet Stripe's side isn't known."""

    PROVEN = "proven"
    UNCHECKED = "unchecked"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Sum:
    """So many, and so much."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Money:
    """So much of one currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """What moved one way in one currency: by our record of it, and by the documents that were issued about it."""

    flow: Flow
    test: bool
    currency: str
    recorded: Sum
    documented: Sum


@dataclass(frozen=True, slots=True)
class Issued:
    """The documents of one series and currency that were issued on the day, with the lowest and the highest number."""

    series: str
    test: bool
    currency: str
    first: str
    last: str
    sum: Sum


@dataclass(frozen=True, slots=True)
class Numbering:
    """All numbers of one series. `missing` and `doubled` name numbers, `missing` also spans of them."""

    series: str
    first: str
    last: str
    missing: tuple[str, ...] = ()
    missing_count: int = 0
    doubled: tuple[str, ...] = ()
    doubled_count: int = 0

    @property
    def faults(self) -> int:
        """How many numbers aren't there exactly once."""
        return self.missing_count + self.doubled_count


@dataclass(frozen=True, slots=True)
class Unlike:
    """A document over another amount than what moved; `moved` is below zero for money that went back.

    `says` is None where the document isn't there any more.
    """

    number: str
    id: str
    says: Money | None
    moved: Money


@dataclass(frozen=True, slots=True)
class Compared:
    """One way, mode and currency at Stripe and here."""

    flow: Flow
    test: bool
    currency: str
    at_stripe: Sum
    here: Sum


@dataclass(frozen=True, slots=True)
class Difference:
    """One movement of money of which Stripe and we say different things; `None` where one knows nothing of it."""

    flow: Flow
    id: str
    at_stripe: Money | None
    here: Money | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What Stripe says of the day beside what we say. `why_not` is a code: why Stripe's word isn't known.

    Of the `differing` the first are named. `under_way` counts what may yet become a payment or a refund of this day.
    """

    checked_at: datetime | None = None
    why_not: str = ""
    compared: tuple[Compared, ...] = ()
    differences: tuple[Difference, ...] = ()
    differing: int = 0
    under_way: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """What is wrong with the chain of the documents, the first of it in sentences, if somebody has looked.

    A document that is missing counts too: across the gap nothing is proven.
    """

    looked: bool = False
    faults: int = 0
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What takes longer than somebody waits for a page: Stripe's word on a day, and a walk along the chain."""

    comparison: Comparison
    chain: Chain = field(default_factory=Chain)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: an id or a number, since when it waits, a code that says why, and where in the admin it is."""

    name: str
    since: datetime
    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Open:
    """What there is to do of one kind, the newest named; `path` is their list in the admin."""

    chore: Chore
    count: int
    items: tuple[Item, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One day of the books as it stood at `made_at`.

    `to_do` is what needs a person: first what is wrong here, then what still waits and came up before the day's end.
    """

    day: date
    made_at: datetime
    over: bool
    lines: tuple[Line, ...]
    issued: tuple[Issued, ...]
    numberings: tuple[Numbering, ...]
    chain: Chain
    unlike: tuple[Unlike, ...]
    letters: tuple[tuple[Standing, int], ...]
    comparison: Comparison
    to_do: tuple[Open, ...]

    @property
    def findings(self) -> int:
        """How many things are wrong with the books."""
        urgent = sum(each.count for each in self.to_do if each.chore in URGENT)
        numbers = sum(each.faults for each in self.numberings)
        return numbers + self.chain.faults + len(self.unlike) + self.comparison.differing + urgent

    @property
    def outcome(self) -> Outcome:
        """What can be said of the day."""
        if self.findings:
            return Outcome.DIFFERS
        return Outcome.UNCHECKED if self.comparison.why_not else Outcome.PROVEN

    @property
    def complete(self) -> bool:
        """Whether all that moved on the day has its documents, over the same amounts."""
        return not self.unlike and all(line.recorded == line.documented for line in self.lines)
