"""How far an event has come, step by step, and what is missing. Nothing here writes; `redoing` does what it finds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from notifications import messages
from notifications import selectors as letters
from notifications.models import State as Sent
from payments_service.payments.models import Movement, Payment
from payments_service.replaying import traces
from payments_service.replaying.models import Replay
from payments_service.replaying.steps import Do, Journey, Step
from payments_service.webhooks import obstacles, processing
from payments_service.webhooks.models import StripeEvent
from receipts import selectors as receipts
from receipts import storage
from receipts.models import Receipt
from servicekit import masking
from servicekit.claims import Claimable

State = StripeEvent.State
A_WHILE = timedelta(minutes=1)
"""What is due for longer has been nudged in vain, and its sweeper should have found it."""


def plan(event: StripeEvent, *, now: datetime, reason: str = "") -> Journey:
    """The journey of one event. With a reason to send again, also what has been sent before is sent again."""
    if processing.handler_of(event) is None:
        return Journey(event.stripe_id, event.type, (Step("event", event.stripe_id, "means nothing to us"),))
    trace = traces.of(event)
    steps = [step_of(event, trace, now=now)]
    if trace.payment:
        steps += after_payment(trace.payment, now=now, reason=reason)
    for movement in trace.movements:
        steps += after_movement(movement, now=now, reason=reason)
    return Journey(event.stripe_id, event.type, tuple(steps))


def step_of(event: StripeEvent, trace: traces.Trace, *, now: datetime) -> Step:
    """The event itself, of a type that is handled; if an older version ignored it, it is processed now."""
    stage, about, row = "event", event.stripe_id, event.pk
    if event.purged_at:
        return Step(stage, about, f"{event.state}; its text was purged on {event.purged_at:%Y-%m-%d}")
    if event.state in StripeEvent.UNFINISHED:
        return Step(stage, about, f"{event.state}: {obstacles.hint(event.last_error)}", Do.PROCESS, row)
    if event.state == State.IGNORED:
        return Step(stage, about, "ignored by an older version", Do.PROCESS, row)
    if event.state == State.RECEIVED:
        return Step(stage, about, *waiting(event, Do.PROCESS, now=now), row)
    if trace.lacking:
        return Step(stage, about, f"processed, but nothing is there of {', '.join(trace.lacking)}", Do.PROCESS, row)
    return Step(stage, about, "processed")


def waiting(row: Claimable, do: Do, *, now: datetime) -> tuple[str, Do]:
    """How a row that wants work stands, and whether it needs a push: not while a worker has it, or will in a moment."""
    if row.last_error:
        return f"rests: {obstacles.hint(row.last_error)}", do
    if row.due_at is None or row.due_at <= now - A_WHILE:
        return "waits, and nobody comes", do
    return "under way", Do.NOTHING


def after_payment(payment: Payment, *, now: datetime, reason: str) -> Iterator[Step]:
    """The payment, its receipt, and how that got to the patient."""
    yield Step("payment", payment.stripe_id, "recorded")
    if not payment.receipt_number:
        yield Step("receipt", "", *waiting(payment, Do.ISSUE, now=now), payment.pk)
        return
    yield from after_document("receipt", payment.receipt_number, payment, now=now, reason=reason)


def after_movement(movement: Movement, *, now: datetime, reason: str) -> Iterator[Step]:
    """A refund or dispute, its documents, and how they got to the patient."""
    yield Step(movement.kind, movement.stripe_id, movement.status or "recorded")
    for number in filter(None, (movement.document_number, movement.correction_number)):
        if movement.payment:
            yield from after_document("document", number, movement.payment, now=now, reason=reason)
    if movement.due_at is None and movement.last_error:
        yield Step("document", "", f"needs a person: {obstacles.hint(movement.last_error)}")
    elif movement.wants_document or movement.wants_correction:
        yield Step("document", "", *waiting(movement, Do.DOCUMENT, now=now), movement.pk)


def after_document(stage: str, number: str, payment: Payment, *, now: datetime, reason: str) -> Iterator[Step]:
    """A numbered document, its PDF and its letter."""
    receipt = receipts.by_number(number)
    if receipt is None:
        yield Step(stage, number, "is on record with its payment, but isn't there: needs a person", lost=True)
        return
    yield Step(stage, number, "issued")
    yield pdf_of(receipt, now=now)
    yield letter_of(receipt, payment, reason=reason)


def pdf_of(receipt: Receipt, *, now: datetime) -> Step:
    """The PDF, which is compared with its hash."""
    if receipt.purged_at:
        return Step("PDF", receipt.number, f"purged on {receipt.purged_at:%Y-%m-%d}")
    if not receipt.pdf_key:
        return Step("PDF", receipt.number, *waiting(receipt, Do.RENDER, now=now), receipt.pk)
    try:
        content = storage.read_pdf(receipt.pdf_key)
    except storage.Away:
        return Step("PDF", receipt.number, "rendered; whether its file is there can't be seen: the storage is away")
    if content is None:
        return Step("PDF", receipt.number, "rendered, but its file is missing from storage", Do.RESTORE, receipt.pk)
    if hashlib.sha256(content).hexdigest() != receipt.pdf_sha256:
        return Step("PDF", receipt.number, "rendered, but its file in storage was changed", Do.RESTORE, receipt.pk)
    return Step("PDF", receipt.number, "in storage")


def letter_of(receipt: Receipt, payment: Payment, *, reason: str) -> Step:
    """The newest letter about a document, or the first one that is still to come."""
    if payment.forgotten_at:
        return Step("email", receipt.number, "its patient was forgotten: nobody is written to")
    sent = letters.about(receipt.number)
    if sent:
        return sent_letter(receipt, sent[-1], payment, reason=reason)
    if not receipt.pdf_key:
        return Step("email", receipt.number, "follows the PDF by itself")
    if not messages.is_address(payment.email):
        return Step("email", receipt.number, "needs an address (front desk)")
    return Step("email", receipt.number, f"never queued, for {masking.email(payment.email)}", Do.SEND_FIRST, payment.pk)


def sent_letter(receipt: Receipt, letter: letters.Status, payment: Payment, *, reason: str) -> Step:
    """A letter that was queued: it isn't sent again but for a reason that wasn't given before."""
    to, when = masking.email(letter.to), f"{timezone.localtime(letter.sent_at or letter.created_at):%Y-%m-%d %H:%M}"
    if letter.state == Sent.QUEUED:
        return Step("email", receipt.number, f"queued for {to}, goes out by itself")
    state = {
        Sent.SENT: f"accepted by the provider for {to} at {when}",
        Sent.DELIVERED: f"delivered to {to}, sent at {when}",
    }.get(Sent(letter.state), f"{letter.state} for {to} at {when}: {letter.code or 'no code'}")
    if not reason:
        return Step("email", receipt.number, f"{state}: won't be sent again")
    if Replay.objects.filter(document=receipt.number, reason=reason).exists():
        return Step("email", receipt.number, f"{state}: was sent again for this reason already")
    if not messages.is_address(payment.email):
        return Step("email", receipt.number, f"{state}: needs an address (front desk)")
    return Step("email", receipt.number, state, Do.SEND_AGAIN, receipt.pk)
