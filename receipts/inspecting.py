"""Checks PDFs from outside, with nothing but public keys: each by itself, and those of a series together.

No database, no settings, no network: what an auditor or an insurer can do alone. `receipts.chain` checks the rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from receipts import judging, printed, reading, sealing, untouched
from receipts.findings import Finding, Kind
from receipts.sealing import Sealed
from receipts.signing import Ring
from receipts.succession import Step, Succession

ASK = "Don't rely on it; ask the clinic for the document that it issued."
PARTS = 8


@dataclass(frozen=True, slots=True)
class Known:
    """What a document says of itself; `amount` is in minor units. `signature` tells copies from other documents."""

    series: str
    step: Step
    amount: int
    currency: str
    signature: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file by its name, what it says where its data is whole, and what is wrong with it by itself."""

    name: str
    known: Known | None
    findings: tuple[Finding, ...]


def inspect(content: bytes, *, name: str, ring: Ring) -> Inspected:
    """Check one file: its data against its hash, the hash against signature and keys, the pages against the data."""
    try:
        sealed = reading.sealed_in(content)
    except reading.Unreadable as wrong:
        return refused(Kind.UNREADABLE, name, f"It can't be checked: {wrong}.")
    except reading.NotSealed as wrong:
        todo = "It may be from before the clinic sealed its documents, or not the clinic's: compare it with theirs."
        return refused(Kind.NOT_SEALED, name, f"Not sealed: {wrong}, so nothing can be checked.", todo)
    except sealing.Malformed as wrong:
        return refused(Kind.CHANGED, name, f"It was changed: {wrong}.")
    if not sealed.is_whole:
        return refused(Kind.CHANGED, name, "Its data was changed after it was sealed: the hash no longer fits.")
    found = tuple(_judge(sealed, content, name=name, ring=ring))
    return Inspected(name, _known(sealed, sound=not found), found or tuple(_touched(content, name=name)))


def refused(kind: Kind, name: str, what: str, todo: str = ASK) -> Inspected:
    """A file of which nothing is known but that it is no good."""
    return Inspected(name, None, (Finding(kind, name, what, todo),))


def together(inspected: Iterable[Inspected], *, selected: bool = False) -> Iterator[Finding]:
    """What is wrong between files: a number twice, one left out, a link that doesn't fit, a date that goes backward.

    `selected` says that the files are a selection, so that a number which isn't among them isn't missed.
    """
    files = sorted(((each.known, each.name) for each in inspected if each.known), key=lambda file: _place(file[0]))
    for series, members in itertools.groupby(files, key=lambda file: file[0].series):
        succession = Succession(series, whole=False, selected=selected)
        for _, same in itertools.groupby(members, key=lambda file: _place(file[0])):
            (known, name), *others = same
            yield from succession.take(known.step)
            yield from (twice(other, number=known.step.number, first=name) for it, other in others if it != known)


def twice(name: str, *, number: str, first: str) -> Finding:
    """Copies of one file are fine; two documents with one number aren't."""
    what = f"It has the number {number}, as {first} has, and says something else."
    return Finding(Kind.TWICE, name, what, "One of the two is not what the clinic issued; ask which.")


def code(text: str, *, ring: Ring, where: str = "QR code") -> tuple[list[Finding], list[str]]:
    """Check a code as a phone reads it off paper; what is wrong, and its number, instant, amount and currency."""
    parts = text.strip().split(" ")
    if len(parts) != PARTS or parts[0] != sealing.MARK:
        what = f"It isn't the code of a sealed document, which starts with {sealing.MARK} and has {PARTS} parts."
        return [Finding(Kind.UNREADABLE, where, what, "Read it again.")], []
    *claim, key_id, signature = parts
    found = judging.claim(" ".join(claim), key_id=key_id, made=signature, ring=ring, where=where)
    return list(found), claim[1:5]


def _judge(sealed: Sealed, content: bytes, *, name: str, ring: Ring) -> Iterator[Finding]:
    """A file whose data is whole: whose it is, and whether its pages say the same."""
    try:
        pages = reading.pages_of(content)
        otherwise = list(printed.compared(sealed, pages))
    except ValueError as wrong:
        yield Finding(Kind.UNREADABLE, name, f"Its data is sealed, but its pages can't be compared: {wrong}.", ASK)
        return
    signed = list(judging.signature(sealed, ring=ring, where=name))
    coded = printed.shows_code(sealed, pages)
    if coded or not any(finding.kind is Kind.FOREIGN for finding in signed):
        yield from signed
    else:
        what = f"Its data was sealed anew, with the key {sealed.key_id}: its pages still show another seal."
        yield Finding(Kind.RESEALED, name, what, ASK)
    if not coded and not signed:
        yield Finding(Kind.PRINTED, name, "The code on its pages is not the one of its sealed data.", ASK)
    yield from (Finding(Kind.PRINTED, name, what, ASK) for what in otherwise)


def _touched(content: bytes, *, name: str) -> Iterator[Finding]:
    """A file in which nothing else is wrong: a mail program may have done this, or somebody who drew on a page."""
    if not untouched.is_as_written(content):
        what = "Its data is genuine, but the file was changed or saved again after it was issued."
        yield Finding(Kind.SAVED_AGAIN, name, what, "What you see may have been drawn over: compare it with that data.")


def _known(sealed: Sealed, *, sound: bool) -> Known:
    document = sealed.document
    step = Step(document.number, document.sequence, document.issued_at, document.previous, sealed.hash, sound=sound)
    return Known(document.series, step, document.amount, document.currency, sealed.signature)


def _place(known: Known) -> tuple[str, int]:
    return known.series, known.step.sequence
