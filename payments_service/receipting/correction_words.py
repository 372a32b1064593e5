"""What the letter of a refund, a chargeback, or of what takes one of them back says. Beside `letters`."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date

from payments_service.receipting import words
from receipts import kinds, money
from receipts.snapshot import Snapshot
from servicekit.words import Words


def words_for(number: str, snapshot: Snapshot) -> dict[str, Any]:
    """The letter's own sentences; what every letter says is beside them."""
    said, correction = words.of(snapshot.locale), snapshot.correction
    values = {
        "number": number,
        "clinic": snapshot.clinic.name,
        "receipt": correction.receipt,
        "date": format_date(date.fromisoformat(correction.issued_on), format="long", locale=said.locale),
        "amount": amount(abs(snapshot.total), snapshot, said),
        "paid": amount(correction.paid, snapshot, said),
        "balance": amount(correction.balance, snapshot, said),
    }
    found = SENTENCES[snapshot.kind](said) | {
        "attached": said.say("Document {number} is attached as a PDF. It corrects receipt {receipt} of {date}."),
        "keep": remaining(said) if correction.balance else nothing_left(said),
    }
    return {name: sentence.format(**values) for name, sentence in found.items()}


def remaining(said: Words) -> str:
    """How much of the payment the clinic still has."""
    return said.say("Of the {paid} that you paid, {balance} remain. Please keep it with your receipt.")


def nothing_left(said: Words) -> str:
    """That all of it is on its way back."""
    return said.say("With it all of the {paid} that you paid goes back to you. Please keep it with your receipt.")


def of_a_refund(said: Words) -> dict[str, str]:
    """Money is on its way to the patient."""
    return {
        "subject": said.say("Your refund {number} from {clinic}"),
        "news": said.say("we have refunded {amount} to you. It may take your bank up to ten working days to show it."),
    }


def of_a_refund_reversal(said: Words) -> dict[str, str]:
    """It didn't arrive, and the patient should say how else it can."""
    return {
        "subject": said.say("Your refund did not arrive: {number} from {clinic}"),
        "news": said.say("our refund of {amount} could not be paid out to you, and the money came back to us."),
        "questions": said.say("Please reply to this email, so that we can find another way to pay you."),
    }


def of_a_dispute(said: Words) -> dict[str, str]:
    """The patient's bank has taken the money back."""
    return {
        "subject": said.say("A chargeback of your payment: {number} from {clinic}"),
        "news": said.say("your bank has taken back {amount} of your payment after a dispute."),
    }


def of_a_dispute_reversal(said: Words) -> dict[str, str]:
    """What it took came back, and counts as paid again."""
    return {
        "subject": said.say("A chargeback taken back: {number} from {clinic}"),
        "news": said.say("of the chargeback of your payment, {amount} came back to us and count as paid again."),
    }


def amount(minor_units: int, snapshot: Snapshot, said: Words) -> str:
    """An amount in the document's currency, as the patient's language writes it."""
    return money.format_amount(minor_units, currency=snapshot.currency, locale=said.locale)


SENTENCES = {
    kinds.REFUND: of_a_refund,
    kinds.REFUND_REVERSAL: of_a_refund_reversal,
    kinds.DISPUTE: of_a_dispute,
    kinds.DISPUTE_REVERSAL: of_a_dispute_reversal,
}
