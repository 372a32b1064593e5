"""Redis goes away and comes back, while web, worker and Beat run on: Stripe notices nothing and no receipt is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from notifications.models import Message
from payments_service.payments.models import Payment
from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from scripts.embedded import Redis, free_port
from tests import processes
from tests.builders import TOKEN, WEBHOOK, signed
from tests.stripe_events import Payload, body_of, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
SOON = {"SWEEP_SECONDS": "1", "RECEIPT_SETTLE_SECONDS": "1"}
RECONNECT_SECONDS = 60.0


@dataclass
class Service:
    """A running payments service, the Redis that it nudges through, and its worker."""

    url: str
    directory: Path
    redis: Redis
    worker: processes.Process

    def redis_goes(self) -> None:
        """Nobody listens on its port any more."""
        self.redis.stop()

    def redis_comes_back(self, *, empty: bool) -> None:
        """A Redis on the same port, with what the stopped one had written down or with nothing."""
        place = self.directory / "empty" if empty else self.redis.directory
        self.redis = Redis(place, port=self.redis.port, persistent=not empty)
        self.redis.start()


@pytest.fixture(scope="module")
def service(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Web, worker and Beat on a Redis of their own."""
    directory, port = tmp_path_factory.mktemp("redis-away"), free_port()
    redis = Redis(directory / "redis", persistent=True)
    redis.start()
    told = {**SOON, "REDIS_URL": redis.url}
    with ExitStack() as stack:
        worker = stack.enter_context(processes.worker(directory / "worker.log", **told))
        stack.enter_context(processes.beat(directory / "beat.log", **told))
        stack.enter_context(processes.web(directory / "web.log", port=port, **told))
        running = Service(f"http://127.0.0.1:{port}", directory, redis, worker)
        stack.callback(running.redis_goes)
        yield running


def timed_posts(service: Service, events: list[Payload]) -> tuple[set[int], list[float]]:
    """Post the events one after another; the answers, and the seconds that each took."""
    answers, seconds = set(), []
    for event in events:
        body, start = body_of(event), time.monotonic()
        headers = {"Stripe-Signature": signed(body)}
        answers.add(requests.post(f"{service.url}{WEBHOOK}", body, headers=headers, timeout=30).status_code)
        seconds.append(time.monotonic() - start)
    return answers, seconds


def all_sent(payments: int) -> bool:
    """Whether so many payments have their receipts in the mail, and nothing is left to do."""
    sent = Message.objects.filter(state="sent").count() == payments
    return sent and not StripeEvent.objects.filter(due_at__isnull=False).exists()


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "with what it knew"])
def test_what_comes_in_while_redis_is_stopped_is_answered_fast_and_done_when_it_is_back(
    service: Service, empty: bool
) -> None:
    payments = [events_of_a_payment() for _ in range(5)]
    timed_posts(service, payments[0])
    processes.eventually(lambda: all_sent(1), why="the service doesn't work with Redis there either")

    service.redis_goes()
    answers, seconds = timed_posts(service, [event for events in payments[1:] for event in events])
    kept = StripeEvent.objects.count()
    ready = requests.get(f"{service.url}/readyz", timeout=10).status_code
    service.redis_comes_back(empty=empty)
    processes.eventually(
        lambda: all_sent(5), within=RECONNECT_SECONDS, why="work that came in without Redis isn't done"
    )

    assert answers == {200}
    assert kept == 20
    assert ready == 503
    assert max(seconds) < 1
    assert sorted(seconds)[len(seconds) // 2] < 0.2
    assert Receipt.objects.count() == Payment.objects.count() == Message.objects.count() == 5


def test_a_redis_that_loses_everything_it_held_costs_no_receipt(service: Service) -> None:
    payments = [events_of_a_payment() for _ in range(3)]

    for events in payments:
        timed_posts(service, events)
        service.redis_goes()
        service.redis_comes_back(empty=True)
    processes.eventually(lambda: all_sent(3), within=RECONNECT_SECONDS, why="an emptied Redis lost work")

    assert Receipt.objects.count() == Message.objects.count() == 3


def test_a_worker_that_has_a_nudge_in_hand_when_redis_goes_lives_on(service: Service) -> None:
    events = events_of_a_payment()
    timed_posts(service, events)
    processes.eventually(lambda: StripeEvent.objects.filter(state="processed").exists())
    time.sleep(0.3)

    service.redis_goes()
    time.sleep(1)
    service.redis_comes_back(empty=True)
    processes.eventually(lambda: all_sent(1), within=RECONNECT_SECONDS, why=service.worker.output())

    assert service.worker.running.poll() is None
    assert Receipt.objects.count() == 1


def test_the_api_is_served_while_redis_is_away(service: Service) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}

    service.redis_goes()
    start = time.monotonic()
    answers = [
        requests.get(f"{service.url}/api/v1/payments?payment_intent=pi_1", headers=headers, timeout=30)
        for _ in range(5)
    ]
    seconds = time.monotonic() - start
    service.redis_comes_back(empty=True)

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, [])] * 5
    assert seconds < 2


def test_a_redis_that_hangs_delays_some_answers_and_stripe_still_gets_them_in_time(service: Service) -> None:
    events = events_of_a_payment()
    assert service.redis.process is not None

    service.redis.process.send_signal(signal.SIGSTOP)
    try:
        answers, seconds = timed_posts(service, events)
    finally:
        service.redis.process.send_signal(signal.SIGCONT)

    assert answers == {200}
    assert StripeEvent.objects.count() == len(events)
    assert max(seconds) < 8
