"""How a payment stands, in a few lines above its story, and by which clock that is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from notifications.models import Message, State
from payments_service.desk import figures
from payments_service.desk.moments import BAD, GOOD, OPEN
from payments_service.desk.story import Rows, amount_of
from payments_service.payments.models import Checkout, Payment
from payments_service.receipting import clinic, selectors
from receipts import labels, words
from receipts.models import Receipt
from servicekit.overview import lists
from servicekit.overview.lists import Reader

DELIVERY = {
    State.DELIVERED: ("arrived", GOOD),
    State.SENT: ("taken by the mail provider", GOOD),
    State.QUEUED: ("waiting to be sent", OPEN),
    State.BOUNCED: ("came back", BAD),
    State.FAILED: ("could not be sent", BAD),
    State.WITHDRAWN: ("withdrawn", ""),
    selectors.HANDED_OVER: ("handed over in another way", GOOD),
    selectors.NO_RECIPIENT: ("nobody gave an address", BAD),
    selectors.WAITING: ("waiting for its PDF", OPEN),
    selectors.FORGOTTEN: ("forgotten, so nothing goes out", ""),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """One line: what, how it stands, how that looks, and where to see it."""

    name: str
    said: str
    tone: str = ""
    path: str = ""


def title_of(payment: Payment) -> str:
    """The payment by its amount and its receipt; by Stripe's id while there is none."""
    return f"{amount_of(payment.amount, payment.currency)}, {payment.receipt_number or payment.stripe_id}"


def of(rows: Rows, *, reader: Reader) -> list[Stand]:
    """Who paid what, and how its documents fare."""
    return [*paid(rows), *for_whom(rows.payment, reader), *documents(rows.documents, reader)]


def paid(rows: Rows) -> Iterator[Stand]:
    """The amount, and what is left of it."""
    payment = rows.payment
    mode = "" if payment.livemode else " (test mode: no money was paid)"
    yield Stand("Paid", f"{amount_of(payment.amount, payment.currency)}{mode}")
    returned = sum(movement.returned for movement in rows.movements)
    if returned:
        left = amount_of(payment.amount - returned, payment.currency)
        yield Stand("Went back", f"{amount_of(returned, payment.currency)}; {left} remain", OPEN)
    if settings.CLINIC_PROFILES:
        yield Stand("Clinic", figures.clinic_of(payment.account))


def for_whom(payment: Payment, reader: Reader) -> Iterator[Stand]:
    """The patient, the visit and the address, for whoever may see checkouts."""
    if lists.may_see(reader, Checkout):
        if checkout := payment.checkout:
            here = lists.row(checkout, reader)
            yield Stand("Patient", checkout.patient_name, path=here)
            yield Stand("Visit", checkout.visit_id, path=here)
        yield Stand("Email address", payment.email or "none", "" if payment.email else OPEN)
    yield Stand("At Stripe", payment.stripe_id)


def documents(issued: tuple[Receipt, ...], reader: Reader) -> Iterator[Stand]:
    """Each document with its PDF, and how its newest letter fares."""
    if not lists.may_see(reader, Receipt):
        return
    for document in issued:
        kind = labels.of(document.kind, words=words.of("en")).title
        pdf = reverse("admin:receipts_receipt_pdf", args=[document.number]) if document.pdf_key else ""
        said, tone = document.number, "" if pdf or document.purged_at else OPEN
        if lists.may_see(reader, Message):
            fares, tone = DELIVERY[selectors.delivery_of(document).status]
            said = f"{said}: {fares}"
        yield Stand(kind, said, tone, pdf)


def zone_of(payment: Payment) -> ZoneInfo:
    """The clock of the clinic that was paid; the installation's own for one that nobody has described."""
    known = clinic.is_known(payment.account)
    return ZoneInfo(clinic.of(payment.account).time_zone if known else settings.CLINIC_TIME_ZONE)


def at_stripe(payment: Payment) -> str:
    """The payment's page in Stripe's own dashboard."""
    parts = [payment.account, "" if payment.livemode else "test", "payments", payment.stripe_id]
    return f"https://dashboard.stripe.com/{'/'.join(filter(None, parts))}"
