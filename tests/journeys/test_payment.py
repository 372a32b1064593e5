"""From a signed event to a receipt in the mailbox, through real processes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.test import Client

from payments_service.payments.models import Payment
from receipts.models import Receipt
from tests import processes, stripe_events
from notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def post(client: Client, event, secret="whsec_test_current"):
    body = stripe_events.body_of(event)
    header = stripe_events.signature_header(body, secret=secret, timestamp=int(time.time()))
    return client.post("/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": header})


def test_a_paid_checkout_becomes_one_receipt(client: Client, tmp_path: Path) -> None:
    events = stripe_events.events_of_a_payment()

    with processes.worker(tmp_path / "worker.log", RECEIPT_SETTLE_SECONDS="0.5") as w:
        for event in events + events:
            assert post(client, event).status_code == 200
        try:
            processes.eventually(lambda: Message.objects.filter(state="sent").exists(), within=20)
        finally:
            print(w.output())
    assert Receipt.objects.count() == 1
    print(Receipt.objects.get().snapshot, Payment.objects.get())
