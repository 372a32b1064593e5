"""What is stated of a day, each statement proven, refuted or open, with what a person needs to go on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from payments_service.bookkeeping import tables
from payments_service.bookkeeping.proof import URGENT, Chain, Comparison, Difference, Money, Numbering, Proof, Unlike
from receipts import money
from servicekit.words import Words


@dataclass(frozen=True, slots=True)
class Statement:
    """`proven` is None for what can't be said either way."""

    proven: bool | None
    text: str
    details: tuple[str, ...] = ()


def statements(proof: Proof, *, words: Words, zone: ZoneInfo) -> tuple[Statement, ...]:
    """All that is stated: numbers, their chain, documents, Stripe's sums."""
    chained = (chain(proof.chain, words=words),) if proof.numberings else ()
    return (
        *numbers(proof, words=words),
        *chained,
        documents(proof, words=words),
        stripe(proof, words=words, zone=zone),
    )


def numbers(proof: Proof, *, words: Words) -> Iterator[Statement]:
    """Whether each series that the day has touched is contiguous."""
    if not proof.numberings:
        yield Statement(True, words.say("No document was issued, so no number was given out."))
    for each in proof.numberings:
        yield broken_numbers(each, words=words) if each.faults else whole_numbers(each, words=words)


def whole_numbers(series: Numbering, *, words: Words) -> Statement:
    """A series as it should be."""
    text = words.say("Numbers are contiguous: {first} to {last}, none missing, none doubled.")
    return Statement(True, text.format(first=series.first, last=series.last))


def broken_numbers(series: Numbering, *, words: Words) -> Statement:
    """A series with numbers that are missing or doubled, by name."""
    text = words.say("Numbers of {series} are not contiguous. Missing: {missing}, doubled: {doubled}.")
    named = (
        *(words.say("missing: {number}").format(number=number) for number in series.missing),
        *(words.say("doubled: {number}").format(number=number) for number in series.doubled),
    )
    said = text.format(series=series.series, missing=series.missing_count, doubled=series.doubled_count)
    return Statement(False, said, named)


def chain(found: Chain, *, words: Words) -> Statement:
    """Whether nothing that was issued has been changed."""
    if not found.looked:
        text = words.say("Whether every document's hash fits was not looked at: {command}")
        return Statement(None, text.format(command="python -m payments_service verify"))
    if not found.faults:
        return Statement(True, words.say("Every document's hash fits the one before it."))
    text = words.say("Faults in the chain of documents: {count}")
    return Statement(False, text.format(count=found.faults), found.named)


def documents(proof: Proof, *, words: Words) -> Statement:
    """Whether all that moved has its document over the same amount; open while one may still be on its way."""
    if proof.complete:
        return Statement(True, words.say("All that was paid or went back has its document, over the same amount."))
    waits = any(each.chore in URGENT for each in proof.to_do)
    details = tuple(unlike(each, words=words) for each in proof.unlike)
    if details or waits:
        return Statement(
            False, words.say("Not all that was paid or went back has its document, over the same amount."), details
        )
    return Statement(None, words.say("Some of what was paid or went back is still getting its document."))


def unlike(found: Unlike, *, words: Words) -> str:
    """A document over another amount than what moved, or one that isn't there."""
    moved = amount(found.moved, words=words)
    if found.says is None:
        text = words.say("{number} is not there, and {id} moved {moved}")
        return text.format(number=found.number, id=found.id, moved=moved)
    text = words.say("{number} says {says}, but {id} moved {moved}")
    return text.format(number=found.number, id=found.id, says=amount(found.says, words=words), moved=moved)


def stripe(proof: Proof, *, words: Words, zone: ZoneInfo) -> Statement:
    """Whether Stripe says the same."""
    said = proof.comparison
    if said.why_not:
        return Statement(None, words.say("Not checked against Stripe: {why}").format(why=why_not(said, words=words)))
    if said.differing:
        return Statement(False, words.say("Sums do not agree with Stripe's."), tuple(differences(proof, words=words)))
    asked = format_datetime(said.checked_at, "medium", tzinfo=zone, locale=words.locale) if said.checked_at else ""
    details = tuple(totals(said, words=words)) + under_way(said, words=words)
    return Statement(True, words.say("Sums agree with Stripe's (asked {when}).").format(when=asked), details)


def why_not(said: Comparison, *, words: Words) -> str:
    """Why Stripe's word isn't known; a code of Stripe's stands for itself."""
    known = {
        "no_key": words.say("STRIPE_API_KEY is not set"),
        "key_of_test_mode": words.say("STRIPE_API_KEY is one of test mode, and money was paid in live mode"),
        "stripe_refuses_our_key": words.say("Stripe refuses STRIPE_API_KEY"),
        "not_yet": words.say("nobody has asked yet"),
    }
    return known.get(said.why_not) or words.say("Stripe did not answer ({code})").format(code=said.why_not)


def totals(said: Comparison, *, words: Words) -> Iterator[str]:
    """Number and sum of each way and currency."""
    for each in said.compared:
        label = tables.flow(each.flow, test=each.test, words=words)
        yield f"{label} {tables.sum_of(each.here, each.currency, words=words)}"


def under_way(said: Comparison, *, words: Words) -> tuple[str, ...]:
    """What may still come."""
    text = words.say("Still under way at Stripe: {count}. The day is proven again tomorrow.")
    return (text.format(count=said.under_way),) if said.under_way else ()


def differences(proof: Proof, *, words: Words) -> Iterator[str]:
    """Sums that differ, ids that differ, and what to do."""
    for each in proof.comparison.compared:
        if each.at_stripe != each.here:
            label = tables.flow(each.flow, test=each.test, words=words)
            there, here = (tables.sum_of(side, each.currency, words=words) for side in (each.at_stripe, each.here))
            yield words.say("{what}: at Stripe {there}, here {here}").format(what=label, there=there, here=here)
    yield from (difference(each, words=words) for each in proof.comparison.differences)
    if (more := proof.comparison.differing - len(proof.comparison.differences)) > 0:
        yield words.say("and {count} more").format(count=more)
    yield from remedies(proof, words=words)


def remedies(proof: Proof, *, words: Words) -> Iterator[str]:
    """What to do about it: reconciling brings in what we lack, and nothing else."""
    named = proof.comparison.differences
    if any(each.at_stripe and each.at_stripe != each.here for each in named):
        days = (proof.made_at.date() - proof.day).days + 2
        yield words.say("What to do: {command}").format(command=f"python -m payments_service reconcile --since {days}d")
    if any(each.here and not each.at_stripe for each in named):
        yield words.say("What Stripe doesn't have: see whether it is of another account or mode than STRIPE_API_KEY.")


def difference(found: Difference, *, words: Words) -> str:
    """One movement of money of which the two sides say different things."""
    there = amount(found.at_stripe, words=words) if found.at_stripe else ""
    here = amount(found.here, words=words) if found.here else ""
    if not here:
        return words.say("{id}: {there} at Stripe, nothing here").format(id=found.id, there=there)
    if not there:
        return words.say("{id}: {here} here, nothing at Stripe").format(id=found.id, here=here)
    return words.say("{id}: {there} at Stripe, {here} here").format(id=found.id, there=there, here=here)


def amount(found: Money, *, words: Words) -> str:
    """An amount with its currency."""
    return money.format_amount(found.amount, currency=found.currency, locale=words.locale)
