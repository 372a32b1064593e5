"""Webhooks that were never delivered cost time and no receipt: a person reconciles, or Beat does, and workers go on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.reconciling.models import Arrival
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt, Series
from scripts.stripe_standin import StandIn
from tests import processes
from tests.reconciling.builders import a_lost_payment, deliver, used
from tests.standin import API_KEY

pytestmark = pytest.mark.django_db(transaction=True)
PAYMENTS, LOST = 100, (3, 29, 30, 71, 99)


def sent() -> Counter[str]:
    """How often a letter about each receipt has been sent."""
    return Counter(Message.objects.filter(state="sent").values_list("about", flat=True))


def test_a_hundred_payments_of_which_five_were_never_delivered_end_in_a_hundred_receipts(tmp_path: Path) -> None:
    with StandIn() as stripe:
        told = {"STRIPE_API_KEY": API_KEY, "STRIPE_API_BASE": stripe.url, "SWEEP_SECONDS": "1"}
        paid = [a_lost_payment(stripe, before=timedelta(hours=3) - timedelta(minutes=n)) for n in range(PAYMENTS)]
        with processes.worker(tmp_path / "worker.log", **told) as worker:
            for number, events in enumerate(paid):
                deliver(stripe, [] if number in LOST else events)
            processes.eventually(lambda: len(sent()) == PAYMENTS - len(LOST), within=300, why=worker.output)

            ran = subprocess.run(
                [sys.executable, "-m", "payments_service", "reconcile", "--since", "7d", "--json"],
                env=processes.environment(**told),
                cwd=processes.ROOT,
                capture_output=True,
                text=True,
                timeout=300,
                check=True,
            )
            processes.eventually(lambda: len(sent()) == PAYMENTS, within=120, why=worker.output)

    said = json.loads(ran.stdout)
    missing = set().union(*(used(paid[number]) for number in LOST))
    assert (said["looked_at"], said["known"], said["brought_in"]) == (3 * PAYMENTS, 3 * (PAYMENTS - len(LOST)), 15)
    assert set(Arrival.objects.values_list("event__stripe_id", flat=True)) == missing
    assert Payment.objects.count() == Receipt.objects.count() == PAYMENTS
    assert Series.objects.get().last == PAYMENTS
    assert set(sent().values()) == {1}


def test_beat_finds_what_was_never_delivered_by_itself(tmp_path: Path) -> None:
    with StandIn() as stripe:
        told = {"STRIPE_API_KEY": API_KEY, "STRIPE_API_BASE": stripe.url, "SWEEP_SECONDS": "1"}
        delivered, lost = a_lost_payment(stripe, before=timedelta(hours=2)), a_lost_payment(stripe)
        deliver(stripe, delivered)
        StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=2))

        with processes.worker(tmp_path / "worker.log", **told) as worker, processes.beat(tmp_path / "beat.log", **told):
            processes.eventually(lambda: len(sent()) == 2, within=120, why=worker.output)
            logged = worker.output()

    handled = [json.loads(line) for line in logged.splitlines() if '"event_handled"' in line]
    assert {line["stripe_event"]: line["correlation"] for line in handled if line["stripe_event"] in used(lost)} == {
        stripe_id: stripe_id for stripe_id in used(lost)
    }
    assert set(Arrival.objects.values_list("event__stripe_id", flat=True)) == used(lost)
    assert set(sent().values()) == {1}
