"""The figures of a day as tables of text: what moved, what was issued, how its letters fare. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from payments_service.bookkeeping.proof import Compared, Flow, Issued, Line, Proof, Standing, Sum
from receipts import money
from servicekit.words import Words


@dataclass(frozen=True, slots=True)
class Table:
    """A heading for each column, and as many cells in each row; the first names the row. `empty` is said of no rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


def tables(proof: Proof, *, words: Words) -> tuple[Table, ...]:
    """The three of them."""
    return moved(proof, words=words), issued(proof, words=words), letters(proof, words=words)


def moved(proof: Proof, *, words: Words) -> Table:
    """What moved, by Stripe's word, by ours and by the documents."""
    head = (words.say("Money"), words.say("At Stripe"), words.say("Here"), words.say("With a document"))
    said = {(each.flow, each.test, each.currency): each for each in proof.comparison.compared}
    lines = [line(each, said.pop((each.flow, each.test, each.currency), None), words=words) for each in proof.lines]
    only_there = [line(nothing_here(each), each, words=words) for each in said.values()]
    return Table(words.say("Money of the day"), head, (*lines, *only_there), words.say("Nothing moved."))


def line(found: Line, said: Compared | None, *, words: Words) -> tuple[str, ...]:
    """One way, mode and currency; what Stripe wasn't asked about has a dash."""
    sums = (said.at_stripe if said else None, found.recorded, found.documented)
    return (
        flow(found.flow, test=found.test, words=words),
        *(sum_of(each, found.currency, words=words) for each in sums),
    )


def nothing_here(said: Compared) -> Line:
    """The line of what only Stripe knows."""
    return Line(said.flow, said.test, said.currency, recorded=Sum(), documented=Sum())


def flow(way: Flow, *, test: bool, words: Words) -> str:
    """What a way that money takes is called."""
    name = {
        Flow.PAYMENTS: words.say("Payments"),
        Flow.REFUNDS: words.say("Refunds"),
        Flow.DISPUTES: words.say("Lost disputes, opened within 120 days"),
    }[way]
    return words.say("{name} (test)").format(name=name) if test else name


def issued(proof: Proof, *, words: Words) -> Table:
    """The documents of the day."""
    head = (words.say("Series"), words.say("First"), words.say("Last"), words.say("Number and sum"))
    rows = tuple(series(each, words=words) for each in proof.issued)
    return Table(words.say("Documents issued"), head, rows, words.say("None."))


def series(found: Issued, *, words: Words) -> tuple[str, ...]:
    """One series and currency."""
    return found.series, found.first, found.last, sum_of(found.sum, found.currency, words=words)


def letters(proof: Proof, *, words: Words) -> Table:
    """How the documents of the day reach their patients."""
    names = {
        Standing.DELIVERED: words.say("Delivered"),
        Standing.SENT: words.say("Sent"),
        Standing.QUEUED: words.say("Waiting to be sent"),
        Standing.BOUNCED: words.say("Bounced"),
        Standing.FAILED: words.say("Refused or dead"),
        Standing.WITHDRAWN: words.say("Withdrawn"),
        Standing.NO_ADDRESS: words.say("No address"),
        Standing.NO_PDF: words.say("No PDF yet"),
    }
    rows = tuple((names[standing], str(count)) for standing, count in proof.letters)
    return Table(
        words.say("Letters of these documents"), (words.say("State"), words.say("Number")), rows, words.say("None.")
    )


def sum_of(found: Sum | None, currency: str, *, words: Words) -> str:
    """So many, and so much."""
    if found is None:
        return "–"
    return f"{found.count}: {money.format_amount(found.amount, currency=currency, locale=words.locale)}"
