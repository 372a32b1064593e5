"""The email that brings a receipt, or what corrects one: its words, in the patient's language, as text and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from payments_service.receipting import correction_words, links, words
from receipts import document, frozen, kinds, money
from receipts.models import Receipt
from receipts.snapshot import Snapshot
from servicekit.pages import colours

PAPER = "#ffffff"


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
    return filled(around(snapshot) | linked(receipt, snapshot) | speak(receipt.number, snapshot))


def fresh_link_for(receipt: Receipt) -> Letter:
    """The short letter that brings a new link to the page of a receipt, and nothing else."""
    snapshot = frozen.from_json(receipt.snapshot)
    said = words.of(snapshot.locale)
    own = {
        "subject": said.say("Your new link to receipt {number} from {clinic}"),
        "news": said.say("here is the new link to your receipt {number} that was asked for."),
        "see": said.say("It shows how your payment stands and has the PDF:"),
        "questions": said.say("If you did not ask for it, you need not do anything."),
    }
    values = {"number": receipt.number, "clinic": snapshot.clinic.name}
    spoken = {name: sentence.format(**values) for name, sentence in own.items()}
    return filled(around(snapshot) | linked(receipt, snapshot) | spoken)


def filled(context: dict[str, Any]) -> Letter:
    """The letter in both forms."""
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
        "colour": colours.readable(document.colour_of(snapshot.clinic), on=PAPER),
        "language": said.language,
        "direction": said.direction,
    }


def linked(receipt: Receipt, snapshot: Snapshot) -> dict[str, str]:
    """The link to the patient's page, and what leads to it."""
    said = words.of(snapshot.locale)
    return {
        "see": said.say("You find it online too, with anything that changes later:"),
        "open_label": said.say("Open your receipt"),
        "link": links.page_of(receipt),
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
