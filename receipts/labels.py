"""What each kind of document is called, and how it calls its number, its day and its sum. Pure; beside `document`."""

from __future__ import annotations

from dataclasses import dataclass

from receipts import kinds
from receipts.words import Words


@dataclass(frozen=True, slots=True)
class Labels:
    """`movement` labels the provider's id of what moved, where that isn't the payment itself.

    `note` is a sentence in which {number} and {date} stand for the document that this one takes back.
    """

    title: str
    number: str
    moved_on: str
    total: str
    movement: str = ""
    note: str = ""


def of(kind: str, *, words: Words) -> Labels:
    """The labels of a kind of document. Raises ValueError for a kind that doesn't exist."""
    composed = {
        kinds.RECEIPT: of_a_receipt,
        kinds.REFUND: of_a_refund,
        kinds.REFUND_REVERSAL: of_a_refund_reversal,
        kinds.DISPUTE: of_a_dispute,
        kinds.DISPUTE_REVERSAL: of_a_dispute_reversal,
    }
    return composed[kinds.get(kind).name](words)


def of_a_receipt(words: Words) -> Labels:
    """Money came."""
    return Labels(
        title=words.say("Receipt"),
        number=words.say("Receipt number"),
        moved_on=words.say("Date of payment"),
        total=words.say("Total"),
    )


def of_a_refund(words: Words) -> Labels:
    """The clinic gave some or all of it back."""
    return Labels(
        title=words.say("Refund"),
        number=words.say("Document number"),
        moved_on=words.say("Date of refund"),
        total=words.say("Refunded"),
        movement=words.say("Refund reference"),
    )


def of_a_refund_reversal(words: Words) -> Labels:
    """What was given back didn't arrive."""
    return Labels(
        title=words.say("Refund taken back"),
        number=words.say("Document number"),
        moved_on=words.say("Date of correction"),
        total=words.say("Taken back"),
        movement=words.say("Refund reference"),
        note=words.say(
            "Refund {number} of {date} could not be paid out. The money came back to us,"
            " and this document takes the refund back."
        ),
    )


def of_a_dispute(words: Words) -> Labels:
    """The payer's bank took it back, for good."""
    return Labels(
        title=words.say("Chargeback"),
        number=words.say("Document number"),
        moved_on=words.say("Date of chargeback"),
        total=words.say("Charged back"),
        movement=words.say("Dispute reference"),
        note=words.say("The payer's bank took this amount back after a dispute."),
    )


def of_a_dispute_reversal(words: Words) -> Labels:
    """What the bank took came back, all or part of it."""
    return Labels(
        title=words.say("Chargeback taken back"),
        number=words.say("Document number"),
        moved_on=words.say("Date of correction"),
        total=words.say("Taken back"),
        movement=words.say("Dispute reference"),
        note=words.say(
            "All or part of chargeback {number} of {date} came back to us,"
            " and this document takes the chargeback back by this amount."
        ),
    )
