"""What a receipt says, as texts in the patient's language. Pure; between the snapshot and the template.

Everything that depends on language, currency or time zone is decided here, so the template only places texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from receipts import corrections, labels, legible, methods, texts
from receipts.snapshot import Clinic, Line, Snapshot, Tax
from receipts.texts import Fact
from receipts.words import Words

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_COLOUR = Clinic(name="").colour


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    description: str
    quantity: str
    unit_amount: str
    tax_rate: str
    amount: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The table's headings; `tax_rate` is empty when no line is taxed, and the column is left out."""

    description: str
    quantity: str
    unit_amount: str
    tax_rate: str
    amount: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The clinic; `logo` is the hash of its content or empty."""

    name: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    tax_id: str
    tax_note: str
    logo: str
    logo_alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole receipt. `page` holds the three texts around the page's number and the number of pages.

    `corrects`, `note` and `balance` are empty on a receipt itself.
    """

    language: str
    direction: str
    title: str
    author: str
    heading: str
    number: str
    test: str
    test_note: str
    letterhead: Letterhead
    dates: tuple[Fact, ...]
    people: tuple[Fact, ...]
    service: tuple[Fact, ...]
    columns: Columns
    rows: tuple[Row, ...]
    taxes: tuple[Fact, ...]
    total: Fact
    paid: Fact
    payment: tuple[Fact, ...]
    corrects: tuple[Fact, ...]
    note: str
    balance: tuple[Fact, ...]
    page: tuple[str, ...]


def compose(snapshot: Snapshot, *, number: str, issued_at: datetime, words: Words) -> Document:
    """The receipt's texts. `issued_at` is an aware instant; days are those of the snapshot's time zone."""
    say = words.say
    called = labels.of(snapshot.kind, words=words)
    total = texts.amount(snapshot.total, currency=snapshot.currency, words=words)
    return Document(
        language=words.language,
        direction=words.direction,
        title=f"{called.title} {number}",
        author=snapshot.clinic.name,
        heading=called.title,
        number=number,
        test=say("TEST") if snapshot.test else "",
        test_note=_test_note(words) if snapshot.test else "",
        letterhead=_letterhead(snapshot.clinic, words=words),
        dates=_dates(snapshot, number=number, issued_at=issued_at, words=words),
        people=_people(snapshot, words=words),
        service=_service(snapshot, words=words),
        columns=_columns(snapshot, words=words),
        rows=tuple(_row(line, currency=snapshot.currency, words=words) for line in snapshot.lines),
        taxes=_taxes(snapshot, words=words),
        total=Fact(called.total, total),
        paid=Fact(say("Paid"), total),
        payment=_payment(snapshot, words=words),
        corrects=corrections.corrected(snapshot, words=words),
        note=corrections.note(snapshot, words=words),
        balance=corrections.balance(snapshot, words=words),
        page=tuple(re.split(r"\{(?:page|pages)\}", say("Page {page} of {pages}"))),
    )


def colour_of(clinic: Clinic) -> str:
    """The clinic's colour as #rrggbb; the default one when it is anything else, as it becomes part of a style sheet."""
    return clinic.colour.lower() if COLOUR.fullmatch(clinic.colour) else DEFAULT_COLOUR


def _test_note(words: Words) -> str:
    return words.say("Made in test mode: no money was moved, and this is not a valid receipt.")


def _letterhead(clinic: Clinic, *, words: Words) -> Letterhead:
    contact = (clinic.phone, clinic.email)
    return Letterhead(
        name=legible.isolated(clinic.name),
        address=tuple(legible.isolated(line) for line in clinic.address if line),
        contact=tuple(legible.isolated(each) for each in contact if each),
        tax_id=words.say("Tax ID: {number}").format(number=legible.isolated(clinic.tax_id)) if clinic.tax_id else "",
        tax_note=legible.isolated(clinic.tax_note),
        logo=clinic.logo,
        logo_alt=words.say("Logo of {clinic}").format(clinic=clinic.name),
    )


def _dates(snapshot: Snapshot, *, number: str, issued_at: datetime, words: Words) -> tuple[Fact, ...]:
    zone, called = ZoneInfo(snapshot.timezone), labels.of(snapshot.kind, words=words)
    return (
        Fact(called.number, legible.isolated(number)),
        Fact(words.say("Date of issue"), texts.day(issued_at.astimezone(zone).date(), words=words)),
        Fact(called.moved_on, texts.day(snapshot.paid_at.astimezone(zone).date(), words=words)),
    )


def _people(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """The patient, and the payer when that is somebody else."""
    payer = snapshot.payer_name if snapshot.payer_name != snapshot.patient_name else ""
    return texts.known(
        (words.say("Patient"), legible.isolated(snapshot.patient_name)),
        (words.say("Paid by"), legible.isolated(payer)),
    )


def _service(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    service = snapshot.service
    return texts.known(
        (words.say("Date of visit"), texts.iso_day(service.date, words=words)),
        (words.say("Practitioner"), legible.isolated(service.practitioner)),
        (words.say("Service code"), legible.isolated(service.code)),
    )


def _payment(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """How it was paid, the payment's reference, and the reference of what moved when that is something else."""
    payment = snapshot.correction.payment
    return texts.known(
        (methods.label(words=words), methods.describe(snapshot.method, words=words)),
        (words.say("Payment reference"), legible.isolated(payment or snapshot.reference)),
        (labels.of(snapshot.kind, words=words).movement, legible.isolated(snapshot.reference if payment else "")),
    )


def _columns(snapshot: Snapshot, *, words: Words) -> Columns:
    taxed = any(line.tax_rate for line in snapshot.lines)
    return Columns(
        description=words.say("Description"),
        quantity=words.say("Quantity"),
        unit_amount=words.say("Unit price"),
        tax_rate=words.say("Tax") if taxed else "",
        amount=words.say("Amount"),
    )


def _row(line: Line, *, currency: str, words: Words) -> Row:
    return Row(
        description=legible.isolated(line.description),
        quantity=format_decimal(line.quantity, locale=words.locale),
        unit_amount=texts.amount(line.unit_amount, currency=currency, words=words),
        tax_rate=texts.rate(line.tax_rate, words=words) if line.tax_rate else "",
        amount=texts.amount(line.amount, currency=currency, words=words),
    )


def _taxes(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """Two facts per rate: what was taxed, and the tax in it."""
    return tuple(fact for tax in snapshot.taxes for fact in _tax(tax, currency=snapshot.currency, words=words))


def _tax(tax: Tax, *, currency: str, words: Words) -> tuple[Fact, Fact]:
    rate = legible.isolated(texts.rate(tax.rate, words=words))
    net = Fact(words.say("Net at {rate}").format(rate=rate), texts.amount(tax.net, currency=currency, words=words))
    amount = Fact(
        words.say("Tax at {rate}").format(rate=rate), texts.amount(tax.amount, currency=currency, words=words)
    )
    return net, amount
