"""What most tests of payments_service begin with: a signed post, a payment, a receipt. One obvious default each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from notifications import delivery
from notifications.models import Message
from payments_service.payments.models import Movement, Payment
from payments_service.receipting import correcting
from payments_service.receipting import services as receipting
from payments_service.webhooks import inbox, processing, signature
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from tests import stripe_events
from tests.stripe_events import Payload

WEBHOOK = "/webhooks/stripe/"
SECRET, PREVIOUS_SECRET = "whsec_test_current", "whsec_test_previous"
SECRETS = (SECRET, PREVIOUS_SECRET)
TOKEN, OTHER_TOKEN = "visibly-fake-token-1", "visibly-fake-token-2"
LONG_AGO = timedelta(minutes=10)


def signed(body: bytes, *, secret: str | Sequence[str] = SECRET, age: int = 0) -> str:
    """The header for a body, signed so many seconds ago."""
    return stripe_events.signature_header(body, secret=secret, timestamp=int(time.time()) - age)


def post(event: Payload, *, secret: str = SECRET, client: Client | None = None) -> HttpResponse:
    """Post an event as Stripe does."""
    body = stripe_events.body_of(event)
    return post_body(body, header=signed(body, secret=secret), client=client)


def post_body(body: bytes, *, header: str | None, path: str = WEBHOOK, client: Client | None = None) -> HttpResponse:
    """Post these bytes with that header, or without one."""
    headers = {} if header is None else {"Stripe-Signature": header}
    browser = client or Client(enforce_csrf_checks=True)
    response: Any = browser.post(path, body, content_type="application/json", headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def keep(event: Payload) -> int:
    """Put a signed event into the inbox; the id of its row, also for a repeat."""
    body, now = stripe_events.body_of(event), timezone.now()
    verified = signature.verify(body, signed(body), secrets=SECRETS, now=now.timestamp())
    inbox.record(verified, received_at=now)
    return StripeEvent.objects.get(stripe_id=event["id"]).pk


def take_in(events: Iterable[Payload]) -> None:
    """Keep and process events one after another, as a worker would."""
    for event in events:
        processing.process(keep(event), now=timezone.now())


def a_payment(**about: Any) -> Payment:
    """A payment whose four events have been processed; keywords are those of `events_of_a_payment`."""
    events = stripe_events.events_of_a_payment(**about)
    take_in(events)
    return payment_of(events)


def payment_of(events: Sequence[Payload]) -> Payment:
    """The one payment that these events are about."""
    charge = stripe_events.by_type(events, "charge.succeeded")["data"]["object"]
    return Payment.objects.get(stripe_id=charge["payment_intent"] or charge["id"])


def issue(payment: Payment) -> Receipt | None:
    """Run the issue stage on a payment, due or not yet."""
    hurry(Payment.objects.filter(pk=payment.pk))
    receipt_id = receipting.issue(payment.pk, now=timezone.now())
    return None if receipt_id is None else Receipt.objects.get(pk=receipt_id)


def correct() -> list[Receipt]:
    """Run the stage that documents refunds and disputes on all that are due, or rest; what it issued, oldest first."""
    waiting = Movement.objects.filter(due_at__isnull=False)
    hurry(waiting)
    due = [correcting.document(pk, now=timezone.now()) for pk in waiting.order_by("pk").values_list("pk", flat=True)]
    return [Receipt.objects.get(pk=each.receipt_id) for each in due if each.receipt_id is not None]


def render(receipt: Receipt) -> Message | None:
    """Run the render stage on a receipt; the message that it queued."""
    message_id = receipting.render(receipt.pk, now=timezone.now())
    return None if message_id is None else Message.objects.get(pk=message_id)


def a_receipt(**about: Any) -> Receipt:
    """A receipt that was issued and rendered for such a payment; its letter is queued when there is an address."""
    receipt = issue(a_payment(**about))
    assert receipt is not None
    render(receipt)
    return Receipt.objects.get(pk=receipt.pk)


def finish(payment: Payment) -> Receipt:
    """Take a payment through every stage that is left: issued, rendered, sent."""
    receipt = issue(payment) or Receipt.objects.get(reference=payment.stripe_id)
    render(receipt)
    for message in Message.objects.filter(about=receipt.number, due_at__isnull=False):
        delivery.deliver(message.pk)
    return Receipt.objects.get(pk=receipt.pk)


def hurry(rows: models.QuerySet[Any]) -> None:
    """Let rows that wait, or are in the lease of a dead worker, be due since long."""
    rows.filter(due_at__isnull=False).update(due_at=Now() - LONG_AGO)
