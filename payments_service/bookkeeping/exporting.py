"""The documents of some days as the bookkeeper's program takes them: one row per document and tax rate, as CSV.

RFC 4180: commas, CRLF, quotes where they are needed. Without names the file is plain ASCII, and so right in any
encoding; with names it is UTF-8 and begins with the mark without which Excel takes it for something else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from payments_service.bookkeeping import days, proving, selectors
from receipts import frozen, money
from receipts.models import Receipt
from receipts.snapshot import Snapshot, Tax

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a text: https://owasp.org/www-community/attacks/CSV_Injection"""


@dataclass(frozen=True, slots=True)
class Row:
    """One document's share of one tax rate: `net` + `tax` = `gross`, and the `gross` of a document sum to its `total`.

    Amounts are in whole units of the currency, below zero for money away from the clinic. Days are the clinic's. A
    share that isn't taxed has an empty `tax_rate`. `balance` is what is left of the payment after a correcting
    document, and empty on a receipt.
    """

    number: str
    kind: str
    series: str
    issued_on: date
    paid_on: date
    currency: str
    tax_rate: Decimal | str
    net: Decimal
    tax: Decimal
    gross: Decimal
    total: Decimal
    corrects: str
    undoes: str
    balance: Decimal | str
    reference: str
    payment: str
    delivery: str
    test: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Names:
    """Who was treated and who paid, for those who may know."""

    patient: str
    payer: str


class Echo:
    """What `csv` writes into; a line is handed on as it comes, and nothing is kept."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def documents(first_day: date, last_day: date, *, names: bool = False) -> Iterator[str]:
    """The CSV file of all documents issued from the first to the last day, both included, line by line."""
    zone = proving.clinic()
    first, _ = days.span(first_day, zone=zone)
    _, end = days.span(last_day, zone=zone)
    writer = csv.writer(Echo())
    mark = BYTE_ORDER_MARK if names else ""
    yield mark + str(writer.writerow(columns(names=names)))
    for receipt, standing in selectors.documents(first, end):
        for line in lines(receipt, standing, names=names, zone=zone):
            yield str(writer.writerow(line))


def columns(*, names: bool) -> list[str]:
    """The head of the file."""
    return [field.name for each in ((Row, Names) if names else (Row,)) for field in fields(each)]


def lines(receipt: Receipt, standing: str, *, names: bool, zone: ZoneInfo) -> Iterator[list[str]]:
    """The cells of a document's rows."""
    snapshot = frozen.from_json(receipt.snapshot)
    people = asdict(Names(snapshot.patient_name, snapshot.payer_name)) if names else {}
    for share in shares(snapshot):
        row = asdict(row_of(receipt, snapshot, share, delivery=standing, zone=zone)) | people
        yield [cell(value) for value in row.values()]


def shares(snapshot: Snapshot) -> Iterator[Tax]:
    """The taxes of a document, and what isn't taxed, if anything."""
    yield from snapshot.taxes
    untaxed = snapshot.total - sum(tax.net + tax.amount for tax in snapshot.taxes)
    if untaxed or not snapshot.taxes:
        yield Tax(rate="", net=untaxed, amount=0)


def row_of(receipt: Receipt, snapshot: Snapshot, share: Tax, *, delivery: str, zone: ZoneInfo) -> Row:
    """One row."""
    correction = snapshot.correction

    def units(amount: int) -> Decimal:
        return money.to_decimal(amount, currency=receipt.currency)

    return Row(
        number=receipt.number,
        kind=receipt.kind,
        series=receipt.series,
        issued_on=on(receipt.issued_at, zone),
        paid_on=on(snapshot.paid_at, zone),
        currency=receipt.currency,
        tax_rate=Decimal(share.rate) if share.rate else "",
        net=units(share.net),
        tax=units(share.amount),
        gross=units(share.net + share.amount),
        total=units(receipt.amount),
        corrects=correction.receipt,
        undoes=correction.undoes,
        balance=units(correction.balance) if correction.receipt else "",
        reference=receipt.reference,
        payment=correction.payment or receipt.reference,
        delivery=delivery,
        test="yes" if receipt.test else "no",
        sha256=receipt.pdf_sha256,
    )


def on(instant: datetime, zone: ZoneInfo) -> date:
    """The day by the clinic's calendar."""
    return instant.astimezone(zone).date()


def cell(value: object) -> str:
    """A number stays one, also below zero; a text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
