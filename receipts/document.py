"""What a receipt says, as texts in the patient's language. Pure; between the snapshot and the template.

Everything that depends on language, currency or time zone is decided here, so the template only places texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent, get_currency_symbol

from receipts import kinds, legible, methods, money
from receipts.snapshot import Clinic, Line, Snapshot, Tax
from receipts.words import Words

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT_COLOUR = Clinic(name="").colour


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it labels."""

    label: str
    value: str


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
    """A whole receipt. `page` holds the three texts around the page's number and the number of pages."""

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
    page: tuple[str, ...]


def compose(snapshot: Snapshot, *, number: str, issued_at: datetime, words: Words) -> Document:
    """The receipt's texts. `issued_at` is an aware instant; days are those of the snapshot's time zone."""
    say = words.say
    heading = title_of(snapshot.kind, words=words)
    return Document(
        language=words.language,
        direction=words.direction,
        title=f"{heading} {number}",
        author=snapshot.clinic.name,
        heading=heading,
        number=number,
        test=say("TEST") if snapshot.test else "",
        test_note=say("Made in test mode: no money was moved, and this is not a valid receipt.")
        if snapshot.test
        else "",
        letterhead=_letterhead(snapshot.clinic, words=words),
        dates=_dates(snapshot, number=number, issued_at=issued_at, words=words),
        people=_people(snapshot, words=words),
        service=_service(snapshot, words=words),
        columns=_columns(snapshot, words=words),
        rows=tuple(_row(line, currency=snapshot.currency, words=words) for line in snapshot.lines),
        taxes=_taxes(snapshot, words=words),
        total=Fact(say("Total"), _money(snapshot.total, currency=snapshot.currency, words=words)),
        paid=Fact(say("Paid"), _money(snapshot.total, currency=snapshot.currency, words=words)),
        payment=_payment(snapshot, words=words),
        page=tuple(re.split(r"\{(?:page|pages)\}", say("Page {page} of {pages}"))),
    )


def title_of(kind: str, *, words: Words) -> str:
    """What a kind of document is called. Raises ValueError for a kind that doesn't exist."""
    titles = {kinds.RECEIPT: words.say("Receipt")}
    return titles[kinds.get(kind).name]


def colour_of(clinic: Clinic) -> str:
    """The clinic's colour as #rrggbb; the default one when it is anything else, as it becomes part of a style sheet."""
    return clinic.colour.lower() if COLOUR.fullmatch(clinic.colour) else DEFAULT_COLOUR


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
    zone = ZoneInfo(snapshot.timezone)
    return (
        Fact(words.say("Receipt number"), legible.isolated(number)),
        Fact(words.say("Date of issue"), _day(issued_at.astimezone(zone).date(), words=words)),
        Fact(words.say("Date of payment"), _day(snapshot.paid_at.astimezone(zone).date(), words=words)),
    )


def _people(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """The patient, and the payer when that is somebody else."""
    payer = snapshot.payer_name if snapshot.payer_name != snapshot.patient_name else ""
    return _known(
        (words.say("Patient"), legible.isolated(snapshot.patient_name)),
        (words.say("Paid by"), legible.isolated(payer)),
    )


def _service(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    service = snapshot.service
    day = _day(date.fromisoformat(service.date), words=words) if service.date else ""
    return _known(
        (words.say("Date of visit"), day),
        (words.say("Practitioner"), legible.isolated(service.practitioner)),
        (words.say("Service code"), legible.isolated(service.code)),
    )


def _payment(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    return _known(
        (words.say("Payment method"), methods.describe(snapshot.method, words=words)),
        (words.say("Payment reference"), legible.isolated(snapshot.reference)),
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
        unit_amount=_money(line.unit_amount, currency=currency, words=words),
        tax_rate=_rate(line.tax_rate, words=words) if line.tax_rate else "",
        amount=_money(line.amount, currency=currency, words=words),
    )


def _taxes(snapshot: Snapshot, *, words: Words) -> tuple[Fact, ...]:
    """Two facts per rate: what was taxed, and the tax in it."""
    return tuple(fact for tax in snapshot.taxes for fact in _tax(tax, currency=snapshot.currency, words=words))


def _tax(tax: Tax, *, currency: str, words: Words) -> tuple[Fact, Fact]:
    rate = legible.isolated(_rate(tax.rate, words=words))
    net = Fact(words.say("Net at {rate}").format(rate=rate), _money(tax.net, currency=currency, words=words))
    amount = Fact(words.say("Tax at {rate}").format(rate=rate), _money(tax.amount, currency=currency, words=words))
    return net, amount


def _known(*facts: tuple[str, str]) -> tuple[Fact, ...]:
    """Only the facts that have a value."""
    return tuple(Fact(label, value) for label, value in facts if value)


def _day(day: date, *, words: Words) -> str:
    return format_date(day, format="long", locale=words.locale)


def _rate(rate: str, *, words: Words) -> str:
    """A rate as the locale writes it: "8.5" is "8,5 %" in German."""
    return format_percent(Decimal(rate) / 100, locale=words.locale, decimal_quantization=False)


def _money(amount: int, *, currency: str, words: Words) -> str:
    """The currency is an island, or "JP¥" among Arabic words would come out as "¥JP"."""
    text = money.format_amount(amount, currency=currency, locale=words.locale)
    symbol = get_currency_symbol(currency.upper(), locale=words.locale)
    return text.replace(symbol, legible.isolated(symbol)) if words.direction == "rtl" else text
