"""The facts of one receipt, frozen at issue; rendering reads nothing else. Pure: no Django, no clock.

Amounts are integers in the currency's minor unit as payment providers count them (100 for 1.00 EUR, 100 for 100 JPY).
Instants are aware datetimes in UTC. Text is as the patient or the clinic wrote it, never escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who issues the receipt. `logo` names the content (SHA-256, hex) of an image that `receipts.storage` keeps."""

    name: str
    address: tuple[str, ...] = ()
    tax_id: str = ""
    tax_note: str = ""
    phone: str = ""
    email: str = ""
    colour: str = "#0f766e"
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """The visit that was paid for; `date` is an ISO day by the clinic's calendar, empty when unknown."""

    date: str = ""
    practitioner: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One position. Amounts include tax; `tax_rate` is a percentage such as "23" or "8.5", empty for untaxed."""

    description: str
    quantity: int
    unit_amount: int
    amount: int
    tax_rate: str = ""


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax contained in all lines of one rate: `net` + `amount` is what they sum to."""

    rate: str
    net: int
    amount: int


@dataclass(frozen=True, slots=True)
class Method:
    """How it was paid: `type` as the provider names it ("card", "blik", "sepa_debit"), and what tells it apart."""

    type: str = ""
    brand: str = ""
    last4: str = ""
    wallet: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correcting document corrects, and how the payment stands after it; on a receipt all of it is empty.

    `receipt` is the number of the payment's receipt, `undoes` that of the document of a refund or dispute that this
    one takes back; the days are ISO days of their issue by the clinic's calendar. `payment` is the provider's id of
    the payment. `paid` is what the receipt says, `returned` what has gone back after this document, both positive.
    """

    receipt: str = ""
    issued_on: str = ""
    undoes: str = ""
    undone_issued_on: str = ""
    payment: str = ""
    paid: int = 0
    returned: int = 0

    @property
    def balance(self) -> int:
        """What is left of the payment after this document; below zero when more went back than came."""
        return self.paid - self.returned


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a receipt says, but for its number and the instant of issue.

    `reference` is the provider's id of the money movement; one receipt exists per (kind, reference). `paid_at` is
    when that money moved, and `total` is positive for money towards the clinic, negative for money away from it.
    """

    kind: str
    reference: str
    test: bool
    currency: str
    total: int
    paid_at: datetime
    locale: str
    timezone: str
    clinic: Clinic
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...] = ()
    patient_name: str = ""
    payer_name: str = ""
    service: Service = field(default_factory=Service)
    method: Method = field(default_factory=Method)
    template_version: str = ""
    correction: Correction = field(default_factory=Correction)
