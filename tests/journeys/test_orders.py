"""One payment, one receipt: in whatever order, how often and at whatever moment Stripe's events come."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import transaction
from django.utils import timezone

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.receipting import services
from payments_service.webhooks import ignoring
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt, Series
from scripts.embedded import free_port
from tests import processes
from tests.builders import WEBHOOK, hurry, issue, payment_of, render, signed, take_in
from tests.notifications.mail_server import MailServer
from tests.stripe_events import Payload, a_charge, an_event, body_of, events_of_a_payment
from tests.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = list(itertools.permutations(range(4)))
SOME_ORDERS = [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2), (2, 3, 0, 1), (0, 3, 2, 1)]
MANY, THREADS, SEED = 200, 20, 20_261_122


def content(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says, without the id of its payment."""
    return {key: value for key, value in receipt.snapshot.items() if key != "reference"}


def doubled(events: list[Payload], order: tuple[int, ...]) -> list[Payload]:
    """The events in that order, each twice in a row, and the whole once more."""
    return [events[index] for index in order for _ in range(2)] + [events[index] for index in order]


def test_all_orders_of_the_four_events_doubled_make_one_payment_and_one_equal_receipt() -> None:
    payments = {}

    for order in ORDERS:
        events = events_of_a_payment(email="ada@example.com", name="Ada Nowak")
        take_in(doubled(events, order))
        payments[order] = issue(payment_of(events))

    receipts = [receipt for receipt in payments.values() if receipt is not None]
    assert len(receipts) == Payment.objects.count() == Receipt.objects.count() == len(ORDERS)
    assert all(content(receipt) == content(receipts[0]) for receipt in receipts)
    assert content(receipts[0])["payer_name"] == "Ada Nowak"
    assert content(receipts[0])["method"]["last4"] == "4242"


def test_events_that_come_after_the_receipt_change_neither_it_nor_its_number() -> None:
    receipts = {}

    for order in ORDERS:
        events = events_of_a_payment()
        for index in order:
            take_in([events[index]])
            for payment in Payment.objects.filter(receipt_number=""):
                receipts[payment.stripe_id] = issue(payment)
        take_in(doubled(events, order))

    assert Payment.objects.count() == Receipt.objects.count() == len(ORDERS)
    assert {receipt.amount for receipt in Receipt.objects.all()} == {12_000}
    for receipt in receipts.values():
        assert receipt is not None
        assert content(Receipt.objects.get(pk=receipt.pk)) == content(receipt)


def test_a_receipt_asked_for_by_many_workers_at_once_is_issued_and_sent_once() -> None:
    events = events_of_a_payment()
    take_in(events)
    payment = payment_of(events)
    hurry(Payment.objects.all())

    with ThreadPoolExecutor(8) as threads:
        work = [lambda: services.issue(payment.pk, now=timezone.now())] * 16
        issued = [receipt_id for receipt_id in threads.map(in_thread, work) if receipt_id is not None]
        render_it = [lambda: services.render(issued[0], now=timezone.now())] * 8
        queued = [message_id for message_id in threads.map(in_thread, render_it) if message_id is not None]

    assert issued == [Receipt.objects.get().pk]
    assert queued == [Message.objects.get().pk]


def test_numbers_have_no_gap_after_two_hundred_receipts_from_twenty_threads_with_rollbacks() -> None:
    take_in(an_event("charge.succeeded", a_charge(livemode=index % 2 == 0)) for index in range(MANY))
    hurry(Payment.objects.all())
    chance = random.Random(SEED)
    fates = [(pk, chance.random() < 0.3) for pk in Payment.objects.values_list("pk", flat=True)]

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda fate: in_thread(lambda: issue_after_a_rollback(*fate)), fates))

    by_series = {series.name: series.last for series in Series.objects.all()}
    assert sorted(by_series.values()) == [MANY // 2, MANY // 2]
    assert sorted(name.startswith("TEST-") for name in by_series) == [False, True]
    for name, last in by_series.items():
        sequences = Receipt.objects.filter(series=name).order_by("sequence").values_list("sequence", flat=True)
        assert list(sequences) == list(range(1, last + 1))


def issue_after_a_rollback(payment_id: int, rolled_back: bool) -> None:
    """Issue one receipt, for some payments only after an attempt that came to nothing at the last moment."""
    if rolled_back:
        with transaction.atomic():
            services.issue(payment_id, now=timezone.now())
            transaction.set_rollback(True)
    services.issue(payment_id, now=timezone.now())


# --- The same through real processes


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """Where the worker's letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.hang_up()
    server.stop()


@pytest.fixture(scope="module")
def url(django_db_setup: None, mail: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The webhook of a running service: a web process and a worker."""
    logs: Path = tmp_path_factory.mktemp("orders")
    quick = {"RECEIPT_SETTLE_SECONDS": "4", "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}"}
    port, several = free_port(), {"GUNICORN_CMD_ARGS": "--threads 8"}
    with (
        processes.worker(logs / "worker.log", **quick),
        processes.web(logs / "web.log", port=port, **quick, **several),
    ):
        yield f"http://127.0.0.1:{port}{WEBHOOK}"


def deliver(url: str, events: list[Payload]) -> set[int]:
    """Post events over the network; the answers."""
    bodies = [body_of(event) for event in events]
    return {
        requests.post(url, body, headers={"Stripe-Signature": signed(body)}, timeout=30).status_code for body in bodies
    }


def test_through_web_and_worker_every_payment_ends_in_one_receipt_and_one_email(url: str, mail: MailServer) -> None:
    paid = {order: events_of_a_payment(email=f"ada{index}@example.com") for index, order in enumerate(SOME_ORDERS)}

    with ThreadPoolExecutor(len(paid)) as threads:
        answers = list(threads.map(lambda order: deliver(url, doubled(paid[order], order)), paid))
    processes.eventually(
        lambda: Message.objects.filter(state="sent").count() == len(paid), why="not every letter is sent"
    )

    assert answers == [{200}] * len(paid)
    ignoring.sweep(now=timezone.now())  # as Beat would have it
    processes.eventually(lambda: not StripeEvent.objects.filter(due_at__isnull=False).exists())
    receipts = list(Receipt.objects.all())
    assert len(receipts) == Payment.objects.count() == Message.objects.count() == len(paid)
    assert all(content(receipt) == content(receipts[0]) for receipt in receipts)
    assert sorted(to for recipients in mail.recipients for to in recipients) == sorted(
        f"ada{index}@example.com" for index in range(len(paid))
    )


def test_the_four_events_posted_at_the_same_moment_make_one_receipt(url: str, mail: MailServer) -> None:
    events = events_of_a_payment(email="bea@example.com")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda event: deliver(url, [event]), events * 2))
    processes.eventually(lambda: Message.objects.filter(state="sent").exists())

    assert answers == [{200}] * 8
    assert Receipt.objects.get().reference == payment_of(events).stripe_id
    assert mail.recipients.count(["bea@example.com"]) == 1


def test_a_rendered_receipt_is_not_rendered_again() -> None:
    events = events_of_a_payment()
    take_in(events)
    receipt = issue(payment_of(events))
    assert receipt is not None

    first, second = render(receipt), render(receipt)

    assert first is not None
    assert second is None
    assert Message.objects.count() == 1
