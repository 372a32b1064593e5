"""The email that brings a receipt, or what corrects one: its words, in the patient's language, as text and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from payments_service.receipting import correction_words, words
from receipts import frozen, kinds, money
from receipts.models import Receipt
from receipts.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered email without its addresses; `language` is a BCP 47 tag."""

    subject: str
    text: str
    html: str
    language: str


def letter_for(receipt: Receipt) -> Letter:
    """The letter that a document travels in."""
    snapshot = frozen.from_json(receipt.snapshot)
    speak = words_for if snapshot.kind == kinds.RECEIPT else correction_words.words_for
    context = around(snapshot) | speak(receipt.number, snapshot)
    return Letter(
        subject=context["subject"],
        text=render_to_string("receipting/receipt.txt", context),
        html=render_to_string("receipting/receipt.html", context),
        language=context["language"],
    )


def around(snapshot: Snapshot) -> dict[str, Any]:
    """What every letter says, whatever it brings."""
    said = words.of(snapshot.locale)
    name = snapshot.patient_name or snapshot.payer_name
    return {
        "greeting": said.say("Dear {name},").format(name=name) if name else said.say("Good day,"),
        "questions": said.say("If anything on it is wrong, simply reply to this email."),
        "test": said.say("This is a test. No money was paid.") if snapshot.test else "",
        "clinic": snapshot.clinic,
        "language": said.language,
        "direction": said.direction,
    }


def words_for(number: str, snapshot: Snapshot) -> dict[str, Any]:
    """What the letter of a receipt says."""
    said = words.of(snapshot.locale)
    amount = money.format_amount(snapshot.total, currency=snapshot.currency, locale=said.locale)
    return {
        "subject": said.say("Your receipt {number} from {clinic}").format(number=number, clinic=snapshot.clinic.name),
        "news": said.say("thank you for your payment of {amount}.").format(amount=amount),
        "attached": said.say("Your receipt {number} is attached as a PDF.").format(number=number),
        "keep": said.say("Please keep it for your insurer or your tax return."),
    }
