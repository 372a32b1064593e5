"""What the page shows of a payment: as much as whoever opens it needs to know it again, and no more.

A link may be forwarded, opened in a waiting room or on a shared screen. So the page has numbers, days, amounts, the
method and how things stand; who was treated, by whom and for what stands in the PDF alone, which is opened on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from notifications.models import State
from payments_service.receipting import selectors
from payments_service.receipting.pages import phrases
from payments_service.receipting.pages import words as page_words
from payments_service.receipting.pages.standing import standing_of
from receipts import corrections, frozen, labels, legible, methods, texts
from receipts import words as receipt_words
from receipts.models import Receipt
from receipts.snapshot import Clinic, Snapshot
from receipts.texts import Fact
from servicekit.pages.look import Notice
from servicekit.words import Words

UNDELIVERED = (State.BOUNCED, State.FAILED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One document, ready to be read. `label` is its button's, empty without a PDF, of which `waiting` speaks.

    `email` says what became of its letter, and `undelivered` that it didn't arrive.
    """

    number: str
    title: str
    day: str
    amount: str
    note: str
    afterwards: str
    label: str
    waiting: str
    email: str
    undelivered: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """A payment in the patient's language, by the clinic as it stands on the newest document."""

    words: Words
    clinic: Clinic
    facts: dict[str, Fact]
    notices: tuple[Notice, ...]
    entries: tuple[Entry, ...]


def sight_of(documents: Sequence[Receipt]) -> Sight:
    """What there is to see of a payment's documents, in the order of issue: its receipt, then what corrects it."""
    said = [frozen.from_json(document.snapshot) for document in documents]
    words = page_words.of(said[0].locale)
    standing = phrases.standing(standing_of(said[0], said[1:]), words=words)
    return Sight(
        words=words,
        clinic=said[-1].clinic,
        facts=facts_of(documents[0].number, said[0]),
        notices=(phrases.test(words=words), standing) if said[0].test else (standing,),
        entries=tuple(entry_of(document, each, words=words) for document, each in zip(documents, said, strict=True)),
    )


def facts_of(number: str, receipt: Snapshot) -> dict[str, Fact]:
    """The receipt itself, by what each fact is; one that nobody knows isn't there."""
    words = receipt_words.of(receipt.locale)
    called = labels.of(receipt.kind, words=words)
    known = {
        "amount": Fact(called.total, texts.amount(receipt.total, currency=receipt.currency, words=words)),
        "day": Fact(called.moved_on, day_of(receipt)),
        "number": Fact(called.number, number),
        "method": Fact(methods.label(words=words), methods.describe(receipt.method, words=words)),
    }
    return {name: fact for name, fact in known.items() if fact.value}


def entry_of(document: Receipt, said: Snapshot, *, words: Words) -> Entry:
    """One document in the list."""
    on_paper, number = receipt_words.of(said.locale), legible.isolated(document.number)
    corrects = said.correction.receipt
    balance = texts.amount(said.correction.balance, currency=said.currency, words=words)
    status = selectors.delivery_of(document).status if document.pdf_key else ""
    return Entry(
        number=document.number,
        title=labels.of(said.kind, words=on_paper).title,
        day=day_of(said),
        amount=texts.amount(said.total, currency=said.currency, words=words),
        note=corrections.note(said, words=on_paper),
        afterwards=phrases.afterwards(balance, words=words) if corrects else "",
        label=phrases.pdf_label(number, words=words) if document.pdf_key else "",
        waiting=instead_of_pdf(document, words=words),
        email=phrases.email(status, words=words),
        undelivered=status in UNDELIVERED,
    )


def instead_of_pdf(document: Receipt, *, words: Words) -> str:
    """Why there is no button; empty where there is one."""
    if document.purged_at:
        return phrases.pdf_is_no_longer_kept(words=words)
    return "" if document.pdf_key else phrases.pdf_is_being_made(words=words)


def day_of(said: Snapshot) -> str:
    """The day on which the money moved, by the clinic's calendar."""
    moved = said.paid_at.astimezone(ZoneInfo(said.timezone)).date()
    return texts.day(moved, words=receipt_words.of(said.locale))
