"""What most tests of reconciling begin with: payments that Stripe has delivered or lost, and a run of the command."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from payments_service.webhooks import handlers, processing
from payments_service.webhooks.models import StripeEvent
from scripts.stripe_standin import StandIn
from tests import builders
from tests.standin import let_stripe_know
from tests.stripe_events import Payload, a_charge, an_event, events_of_a_payment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ago(span: timedelta) -> int:
    """The Unix second that long before now."""
    return int(time.time() - span.total_seconds())


def a_lost_payment(stripe: StandIn, *, before: timedelta = HOUR, **about: Any) -> list[Payload]:
    """The four events of a payment made that long ago, which Stripe knows and has delivered to nobody."""
    events = events_of_a_payment(created=ago(before), **about)
    let_stripe_know(stripe, events)
    return stripe.account.publish(events)


def deliver(stripe: StandIn, events: Sequence[Payload]) -> None:
    """Post events to the webhook's view, and let Stripe know that they were taken."""
    for event in events:
        assert builders.post(event).status_code == 200
    stripe.account.delivered |= {event["id"] for event in events}


def lost_charges(stripe: StandIn, *, count: int) -> list[Payload]:
    """So many `charge.succeeded`, one a second until an hour ago, which Stripe has delivered to nobody."""
    first = ago(HOUR) - count
    return stripe.account.publish(
        [
            an_event("charge.succeeded", a_charge(created=first + number), created=first + number)
            for number in range(count)
        ]
    )


def used(events: Iterable[Payload]) -> set[str]:
    """The ids of those events whose type means something to us."""
    return {event["id"] for event in events if event["type"] in handlers.HANDLERS}


def reconcile(*options: str) -> str:
    """What `reconcile` prints."""
    printed = io.StringIO()
    call_command("reconcile", *options, stdout=printed)
    return printed.getvalue()


def reconciled(*options: str) -> dict[str, Any]:
    """What `reconcile --json` says."""
    said: dict[str, Any] = json.loads(reconcile("--json", *options))
    return said


def process_all() -> None:
    """Process every event that is due, as workers would."""
    for event_id in StripeEvent.objects.filter(due_at__isnull=False).order_by("pk").values_list("pk", flat=True):
        processing.process(event_id, now=timezone.now())
