"""Does what `planning` found missing; each step says what came of it and which rows a door should tell workers about.

Doing it twice does nothing the second time: rows are woken only while they lack what they are woken for, a first letter
has one key, and a reason counts once for each document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from notifications import messages
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import sending
from payments_service.replaying.models import LONGEST_REASON, Replay
from payments_service.replaying.steps import Do, Due, Journey, Outcome, Step
from payments_service.webhooks.models import StripeEvent
from receipts import filing
from receipts.models import Receipt
from servicekit import claims

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks, through which door, when, and for which reason what was sent may be sent again; none: it may not."""

    door: Replay.Door
    at: datetime
    by: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for a reason that can't be kept."""
        if len(self.reason) > LONGEST_REASON or not self.reason.isprintable():
            raise ValueError(f"a reason is one line of at most {LONGEST_REASON} characters")


Done = tuple[str, Due]
LOST = "it can't be made again: restore its row from a backup"
NO_MORE = "nothing: somebody was faster"


def redo(journey: Journey, *, order: Order) -> tuple[list[Outcome], list[Due]]:
    """Do what is missing of a journey, step by step; a step that can't be done doesn't stop the next."""
    outcomes, due = [Outcome(step, LOST, failed=True) for step in journey.steps if step.lost], []
    for step in journey.missing:
        try:
            said, wanted = HOW[step.do](step, journey, order)
        except (filing.Damaged, messages.Refused, sending.NotReady, sending.KeyReused) as why:
            outcomes.append(Outcome(step, REFUSALS.get(type(why)) or str(why), failed=True))
            continue
        log.info("step_redone", stripe_event=journey.event, step=step.do.name.lower(), about=step.about)
        outcomes.append(Outcome(step, said))
        due.append(wanted)
    return outcomes, due


REFUSALS = {
    messages.Refused: "there is no usable address: the front desk has to add one",
    sending.NotReady: "its PDF isn't ready yet",
    sending.KeyReused: "it was sent again for this reason, to an earlier address: give another reason",
}


def process(step: Step, _: Journey, __: Order) -> Done:
    """Let a worker process the event, whatever became of it before."""
    rows = StripeEvent.objects.filter(pk=step.row)
    claims.wake(rows, state=StripeEvent.State.RECEIVED, last_error="")
    return "a worker processes it; what follows comes by itself", Due(events=(step.row,))


def issue(step: Step, _: Journey, __: Order) -> Done:
    """Let a worker issue the receipt now."""
    if not claims.wake(Payment.objects.filter(pk=step.row, receipt_number=""), last_error=""):
        return NO_MORE, Due()
    return "a worker issues it; PDF and email follow by themselves", Due(payments=(step.row,))


def document(step: Step, _: Journey, __: Order) -> Done:
    """Let a worker issue the document of a refund or dispute now."""
    if not claims.wake(Movement.objects.filter(pk=step.row, due_at__isnull=False), last_error=""):
        return NO_MORE, Due()
    return "a worker issues it; PDF and email follow by themselves", Due(movements=(step.row,))


def render(step: Step, _: Journey, __: Order) -> Done:
    """Let a worker render the PDF now."""
    if not claims.wake(Receipt.objects.filter(pk=step.row, pdf_key=""), last_error=""):
        return NO_MORE, Due()
    return "a worker renders it; the email follows by itself", Due(receipts=(step.row,))


def restore(step: Step, _: Journey, __: Order) -> Done:
    """Put a lost file back, the same to the byte. Raises filing.Damaged when today's libraries make another one."""
    filing.read(Receipt.objects.get(pk=step.row))
    return "the file is back", Due()


def send_first(step: Step, _: Journey, __: Order) -> Done:
    """Queue the letter that was never queued, and those of the payment's other documents."""
    with transaction.atomic():
        queued = sending.send_waiting(Payment.objects.select_for_update().get(pk=step.row))
    return ("the email is queued" if queued else NO_MORE), Due(messages=tuple(queued))


def send_again(step: Step, journey: Journey, order: Order) -> Done:
    """Queue one more letter to where the payment says, and keep why."""
    message_id = again(step.about, order=order, event=journey.event)
    return (f"message {message_id} is queued", Due(messages=(message_id,))) if message_id else (NO_MORE, Due())


def again(number: str, *, order: Order, event: str = "", to: str = "", keep: bool | None = None) -> int | None:
    """Queue one more letter with a document and keep why, at once; None where this reason has had its letter.

    The payment's lock lets two requests queue up. `to` and `keep` are those of `sending.send_again`, and so is what is
    raised: a reason that sent the document to one address can't send it to another one.
    """
    with transaction.atomic():
        occasion = f"replay:{hashlib.sha256(order.reason.encode()).hexdigest()[:32]}"
        message_id = sending.send_again(number, to=to, occasion=occasion, keep=keep)
        about = {"at": order.at, "door": order.door, "by": order.by, "event": event, "message": message_id}
        _, new = Replay.objects.get_or_create(document=number, reason=order.reason, defaults=about)
    return message_id if new else None


HOW: dict[Do, Callable[[Step, Journey, Order], Done]] = {
    Do.PROCESS: process,
    Do.ISSUE: issue,
    Do.DOCUMENT: document,
    Do.RENDER: render,
    Do.RESTORE: restore,
    Do.SEND_FIRST: send_first,
    Do.SEND_AGAIN: send_again,
}
