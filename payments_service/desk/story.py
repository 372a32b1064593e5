"""One payment's whole story in the order of time, in words that a front desk understands. Nothing here writes.

Each moment is told only to whoever may view the row that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.urls import reverse

from payments_service.desk import post
from payments_service.desk.moments import BAD, GOOD, OPEN, Moment
from payments_service.payments import obstacles
from payments_service.payments import words as obstacle_words
from payments_service.payments.models import Checkout, Movement, Payment
from payments_service.receipting import selectors
from payments_service.reconciling.models import Arrival
from payments_service.webhooks import obstacles as event_obstacles
from payments_service.webhooks.models import StripeEvent
from receipts import labels, money, words
from receipts.models import Receipt
from servicekit.claims import Claimable
from servicekit.overview import lists
from servicekit.overview.lists import Reader

State = StripeEvent.State
TOLD = {
    "checkout.session.completed": "the patient finished the checkout",
    "checkout.session.async_payment_succeeded": "a payment that takes days has come in",
    "payment_intent.succeeded": "the payment has succeeded",
    "charge.succeeded": "the money was taken",
    "charge.captured": "the money that was held was taken",
    "charge.updated": "more is known of the payment",
    "charge.refunded": "money went back",
    "refund.created": "a refund has begun",
    "refund.updated": "a refund has come further",
    "refund.failed": "a refund has failed",
    "charge.refund.updated": "a refund has come further",
    "charge.dispute.created": "the payer's bank has opened a dispute",
    "charge.dispute.updated": "a dispute has come further",
    "charge.dispute.closed": "a dispute has ended",
    "charge.dispute.funds_withdrawn": "a dispute took the money for now",
    "charge.dispute.funds_reinstated": "a dispute gave the money back",
}
CAME = {
    Arrival.How.UNDELIVERED: "It didn't come by itself: it was found by comparing with Stripe.",
    Arrival.How.NOT_STORED: "It didn't come by itself: it was found by comparing with Stripe.",
    Arrival.How.OLDER: "It is older than Stripe's events: it was made from Stripe's lists.",
}
BECAME = {
    State.RECEIVED: ("It waits to be read.", OPEN),
    State.PROCESSED: ("", ""),
    State.IGNORED: ("It means nothing to us.", ""),
    State.FAILED: ("It could not be read, and is tried again: {why}.", BAD),
    State.GIVEN_UP: ("It could not be read, and waits for a person: {why}.", BAD),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """A payment with the rows that belong to it."""

    payment: Payment
    movements: tuple[Movement, ...]
    documents: tuple[Receipt, ...]
    events: tuple[StripeEvent, ...]


def rows_of(payment: Payment) -> Rows:
    """Everything that belongs to a payment, in four statements."""
    movements = tuple(payment.movements.order_by("moved_at", "pk"))
    return Rows(payment, movements, tuple(selectors.documents_of(payment)), events_of(payment, movements))


def events_of(payment: Payment, movements: tuple[Movement, ...]) -> tuple[StripeEvent, ...]:
    """The events that have said something of a payment or of what went back of it, as the evidence names them."""
    evidence = [payment.evidence, *(movement.evidence for movement in movements)]
    named = {key.partition(":")[0] for said in evidence for key in said}
    return tuple(
        StripeEvent.objects.filter(stripe_id__in=named).select_related("arrival").order_by("received_at", "pk")
    )


def of(rows: Rows, *, reader: Reader) -> list[Moment]:
    """All that happened, the earliest first."""
    moments = chain(
        opened(rows.payment, reader),
        told(rows.events, reader),
        paid(rows.payment),
        *(went_back(each, reader) for each in rows.movements),
        *(issued(each, reader) for each in rows.documents),
        post.of(rows.documents, events=rows.events, reader=reader),
    )
    return sorted(moments, key=lambda moment: moment.at)


def opened(payment: Payment, reader: Reader) -> Iterator[Moment]:
    """The checkout that we made."""
    checkout = payment.checkout
    if checkout and lists.may_see(reader, Checkout):
        said = f"Visit {checkout.visit_id}." if checkout.visit_id else ""
        yield Moment(checkout.created_at, "A checkout was opened", said, path=lists.row(checkout, reader))


def told(events: tuple[StripeEvent, ...], reader: Reader) -> Iterator[Moment]:
    """What Stripe said, how that came here and what became of it."""
    if not lists.may_see(reader, StripeEvent):
        return
    for event in events:
        arrival = getattr(event, "arrival", None)
        came = CAME[Arrival.How(arrival.how)] if arrival else "It came by the webhook."
        became, tone = BECAME[State(event.state)]
        said = f"{came} {became.format(why=event_obstacles.hint(event.last_error))}".strip()
        what = f"Stripe told us: {TOLD.get(event.type, event.type)}"
        yield Moment(event.received_at, what, said, note=event.stripe_id, tone=tone, path=lists.row(event, reader))


def paid(payment: Payment) -> Iterator[Moment]:
    """The money came; and if nothing says so yet, that."""
    amount = amount_of(payment.amount, payment.currency)
    test = "" if payment.livemode else "In test mode: no money was paid."
    yield Moment(payment.paid_at or payment.recorded_at, f"{amount} paid", test, tone=GOOD)
    if not payment.receipt_number:
        yield Moment(payment.recorded_at, "A receipt is still to be issued", why_not(payment), tone=OPEN)
    if payment.forgotten_at:
        yield Moment(payment.forgotten_at, "The patient's data was forgotten", "Documents stay as the law wants.")


def went_back(movement: Movement, reader: Reader) -> Iterator[Moment]:
    """A refund or a dispute, and what stands between it and its document."""
    if not reader.has_perm(f"payments.view_{movement.kind}"):
        return
    amount = amount_of(movement.amount, movement.currency)
    what = f"Refund of {amount}" if movement.kind == Movement.Kind.REFUND else f"The payer's bank disputes {amount}"
    said = f"Stripe says: {movement.status.replace('_', ' ')}." if movement.status else ""
    path = reverse(f"admin:payments_{movement.kind}_change", args=[movement.pk])
    began = movement.moved_at or movement.recorded_at
    yield Moment(began, what, said, note=movement.stripe_id, tone=OPEN if movement.due_at else "", path=path)
    if movement.last_error:
        bad = BAD if movement.last_error in Movement.FOR_A_PERSON else ""
        yield Moment(movement.recorded_at, f"No document yet for {movement.stripe_id}", why_not(movement), tone=bad)


def issued(document: Receipt, reader: Reader) -> Iterator[Moment]:
    """A numbered document and its PDF."""
    if not lists.may_see(reader, Receipt):
        return
    kind = labels.of(document.kind, words=words.of("en")).title
    amount = amount_of(document.amount, document.currency)
    here = lists.row(document, reader)
    yield Moment(document.issued_at, f"{kind} {document.number} issued", f"Over {amount}.", tone=GOOD, path=here)
    if document.purged_at:
        yield Moment(document.purged_at, f"PDF of {document.number} forgotten", "Number, amounts and seal are kept.")
    elif document.rendered_at:
        pdf = reverse("admin:receipts_receipt_pdf", args=[document.number])
        yield Moment(document.rendered_at, f"PDF of {document.number} made", "It can be opened and printed.", path=pdf)
    elif document.last_error:
        yield Moment(document.issued_at, f"No PDF yet of {document.number}", why_not(document), tone=BAD)


def why_not(row: Claimable) -> str:
    """What the row waits for, as a sentence; nothing where it only waits its turn."""
    said = obstacles.sentence(row.last_error, words=obstacle_words.of("en"))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def amount_of(amount: int, currency: str) -> str:
    """An amount as the staff's pages write it."""
    return money.format_amount(amount, currency=currency.upper(), locale="en")
