"""What a correcting document says beside what every document says. Pure; `receipts.document` places it."""

from __future__ import annotations

from receipts import labels, legible, texts
from receipts.snapshot import Snapshot
from receipts.texts import Fact
from receipts.words import Words


def corrected(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """The receipt that is corrected, by number and date; nothing on a receipt."""
    correction = snapshot.correction
    return texts.known(
        (words.say("Corrects receipt"), legible.isolated(correction.receipt)),
        (words.say("Receipt issued on"), texts.iso_day(correction.issued_on, words=words)),
    )


def note(snapshot: Snapshot, *, words: Words) -> str:
    """What happened, in a sentence that names the document which is taken back, if one is."""
    correction = snapshot.correction
    return labels.of(snapshot.kind, words=words).note.format(
        number=legible.isolated(correction.undoes), date=texts.iso_day(correction.undone_issued_on, words=words)
    )


def balance(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """What came, what has gone back so far, and what is left after this document; nothing on a receipt."""
    correction = snapshot.correction
    if not correction.receipt:
        return ()
    sums = (
        (words.say("Paid"), correction.paid),
        (words.say("Returned so far"), -correction.returned),
        (words.say("Balance"), correction.balance),
    )
    return tuple(Fact(label, texts.amount(amount, currency=snapshot.currency, words=words)) for label, amount in sums)
