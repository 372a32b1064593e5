"""What most tests of replaying begin with, and how they look at an event's journey."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.replaying import planning, redoing
from payments_service.replaying.models import Replay
from payments_service.replaying.redoing import Order
from payments_service.replaying.steps import Do, Journey, Outcome
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests import builders
from tests.stripe_events import Payload, events_of_a_payment


def a_finished_payment(**about: str | None) -> tuple[list[Payload], Receipt]:
    """The four events of a payment, and its receipt that was rendered and, with an address, sent."""
    events = events_of_a_payment(**about)  # type: ignore[arg-type]  # the builder names each of its keywords
    builders.take_in(events)
    return events, builders.finish(builders.payment_of(events))


def journey_of(event: Payload, *, reason: str = "") -> Journey:
    """How far an event has come."""
    row = StripeEvent.objects.get(stripe_id=event["id"])
    return planning.plan(row, now=timezone.now(), reason=reason)


def states(journey: Journey) -> dict[str, str]:
    """How each stage stands; the last one of a kind counts."""
    return {step.stage: step.state for step in journey.steps}


def to_do(journey: Journey) -> list[Do]:
    """What is missing."""
    return [step.do for step in journey.missing]


def replay(event: Payload, *, reason: str = "", by: str = "") -> list[Outcome]:
    """Redo what is missing of an event, as the command does; workers aren't told."""
    order = Order(Replay.Door.COMMAND, timezone.now(), by=by, reason=reason)
    return redoing.redo(journey_of(event, reason=reason), order=order)[0]


def replay_all(events: Iterable[Payload], *, reason: str = "") -> list[Do]:
    """Redo what is missing of several events, one after another; what was done."""
    return [outcome.step.do for event in events for outcome in replay(event, reason=reason) if not outcome.failed]


def lose_file_of(receipt: Receipt) -> None:
    """Delete a PDF behind the service's back."""
    default_storage.delete(receipt.pdf_key)


def letters() -> int:
    """How many there are, sent or not."""
    return Message.objects.count()


def the_payment() -> Payment:
    """The only one."""
    return Payment.objects.get()
