"""What the payments API takes and gives, with the sentence that a wrong value gets. Beside api."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Self
from urllib.parse import urlsplit

from django.conf import settings
from ninja import Schema
from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from notifications.fields import Address
from payments_service.payments import selectors, stripe_facts
from payments_service.payments.models import Checkout, Payment
from receipts import money
from servicekit.fields import Locale, Name, Note, Strict, Word

LARGEST_AMOUNT = 99_999_999
MOST_LINES = 100
CURRENCY = "[A-Za-z]{3}"
PERCENTAGE = r"[0-9]{1,3}(\.[0-9]{1,4})?"


def web_address(value: str) -> str:
    """An address to come back to; plain http only on a laptop."""
    schemes = ("https", "http") if settings.DEBUG else ("https",)
    try:
        parts = urlsplit(value)
    except ValueError:  # whose words would quote the address
        parts = urlsplit("")
    if parts.scheme not in schemes or not parts.hostname or not value.isprintable() or len(value) > 1000:
        raise ValueError("expected an address that starts with https://")
    return value


def percentage(value: str) -> str:
    """A tax rate in percent."""
    if not re.fullmatch(PERCENTAGE, value) or Decimal(value) > 100:
        raise ValueError('expected a percentage from 0 to 100 such as "23" or "8.5"')
    return value


def iso_day(value: str) -> str:
    """A calendar day."""
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("expected a day such as 2026-11-22") from None


def currency(value: str) -> str:
    """A currency's code, in small letters as Stripe writes it; Stripe knows which exist."""
    if not re.fullmatch(CURRENCY, value):
        raise ValueError("expected the three letters of a currency such as EUR")
    return value.lower()


def account(value: str) -> str:
    """A connected account of Stripe's; where the installation names its clinics, one of those."""
    if value and not stripe_facts.ACCOUNT_ID.fullmatch(value):
        raise ValueError("expected the id of a connected Stripe account such as acct_1A2b3C, or nothing for our own")
    if value and settings.CLINIC_PROFILES and value not in settings.CLINIC_PROFILES:
        raise ValueError("expected an account that has a table in CLINIC_ACCOUNTS_FILE")
    return value


def written(**shape: object) -> WithJsonSchema:
    """How the schema describes a text whose validator says it in words."""
    return WithJsonSchema({"type": "string", **shape})


WebAddress = Annotated[str, AfterValidator(web_address), written(format="uri", pattern="^https://", maxLength=1000)]
Currency = Annotated[str, AfterValidator(currency), written(pattern=f"^{CURRENCY}$")]
Account = Annotated[str, AfterValidator(account), written(pattern=f"^({stripe_facts.ACCOUNT_ID.pattern})?$")]
Percentage = Annotated[str, AfterValidator(percentage), written(pattern=f"^{PERCENTAGE}$")]
Day = Annotated[str, AfterValidator(iso_day), written(format="date")]


class LineIn(Strict):
    """One position. `unit_amount` is in the currency's minor unit, with the tax in it."""

    description: Word
    quantity: int = Field(strict=True, ge=1, le=10_000)
    unit_amount: int = Field(strict=True, ge=1, le=LARGEST_AMOUNT)  # "12.00" would be read as 12
    tax_rate: Percentage | None = None


class PatientIn(Strict):
    """Whom the receipt is for, and where it goes."""

    name: Word
    email: Address
    locale: Locale = ""


class ServiceIn(Strict):
    """What insurers ask for; it never leaves for Stripe."""

    date: Day | None = None
    practitioner: Note = ""
    code: Note = ""


class CheckoutIn(Strict):
    """A visit to be paid for; `account` is the clinic's connected Stripe account, absent for the installation's own."""

    visit_id: Name
    currency: Currency
    lines: list[LineIn] = Field(min_length=1, max_length=MOST_LINES)
    patient: PatientIn
    service: ServiceIn | None = None
    success_url: WebAddress
    cancel_url: WebAddress
    account: Account = ""

    @model_validator(mode="after")
    def payable(self) -> Self:
        """Stripe takes at most eight digits, and in some currencies only amounts that exist as money."""
        total = sum(line.quantity * line.unit_amount for line in self.lines)
        step = money.smallest_step(self.currency)
        if total > LARGEST_AMOUNT:
            raise ValueError(f"expected lines that add up to at most {LARGEST_AMOUNT}")
        if total % step:
            raise ValueError(f"expected lines that add up to a multiple of {step} in this currency")
        return self


class CheckoutOut(Schema):
    """A checkout and the address at which it is paid."""

    id: str
    url: str
    stripe_session_id: str
    status: str

    @classmethod
    def of(cls, row: Checkout) -> CheckoutOut:
        """The row as the API shows it."""
        return cls(id=row.reference, url=row.url, stripe_session_id=row.stripe_session_id or "", status=row.status)


class PaymentOut(Schema):
    """A payment; amounts are in the currency's minor unit, `receipt` is the number once it was issued.

    `refunded` is what has gone back by refunds and lost disputes, `balance` what is left of the amount. `account` is
    the connected account that was paid into, empty for the installation's own.
    """

    account: str
    payment_intent: str
    charge: str
    checkout: str
    amount: int
    refunded: int
    balance: int
    currency: str
    livemode: bool
    paid_at: dt.datetime | None
    receipt: str

    @classmethod
    def of(cls, row: Payment) -> PaymentOut:
        """The row as the API shows it."""
        refunded = selectors.returned(row)
        return cls(
            account=row.account,
            payment_intent=row.payment_intent,
            charge=row.charge,
            checkout=row.checkout.reference if row.checkout else "",
            amount=row.amount,
            refunded=refunded,
            balance=row.amount - refunded,
            currency=row.currency,
            livemode=row.livemode,
            paid_at=row.paid_at,
            receipt=row.receipt_number,
        )
