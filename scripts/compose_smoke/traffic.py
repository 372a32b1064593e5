"""Payments and visits as Stripe and a booking system bring them: repeated until the service has taken them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from scripts.compose_smoke.composition import Composition
from scripts.processes import Trouble
from scripts.stripe_standin import delivery
from tests.stripe_events import body_of, events_of_a_payment

PATIENCE_SECONDS = 240
SENDERS = 8
PAUSE_SECONDS = 1.0
NOON = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """What the service has taken, by the address of the person whom it concerns."""

    address: str
    reference: str


@dataclass(slots=True)
class Traffic:
    """The outside world of one run; `run` tells its people from those of earlier ones."""

    composition: Composition
    run: str
    secret: str = field(init=False)
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.secret = self.composition.secret("payments", "STRIPE_WEBHOOK_SECRETS")
        self.token = self.composition.secret("visits", "API_TOKENS")

    def pay(self, number: int) -> Sent:
        """The events of one payment, signed and in no order; returns once all of them were taken."""
        address = f"payer-{number}@{self.run}.example"
        events = events_of_a_payment(email=address, created=int(time.time()))
        for event in random.sample(events, len(events)):
            until_taken(partial(self.post, body_of(event)))
        [intent] = [event for event in events if event["type"] == "payment_intent.succeeded"]
        return Sent(address, intent["data"]["object"]["id"])

    def post(self, body: bytes) -> requests.Response:
        """One post of Stripe's, signed at this moment."""
        url = f"{self.composition.url('PORT')}/webhooks/stripe/"
        return requests.post(url, data=body, headers=delivery.headers(body, secret=self.secret), timeout=30)

    def book(self, number: int) -> Sent:
        """A visit in less than a day, so that its reminder is due."""
        address, visit = f"patient-{number}@{self.run}.example", f"{self.run}-{number}"
        url = f"{self.composition.url('VISITS_PORT')}/api/v1/visits/{visit}"
        patient = {"external_id": visit, "name": "Ada Nowak", "email": address, "channels": ["email"]}
        now = datetime.now(UTC)
        starts_at = (now + timedelta(hours=23)).isoformat(timespec="seconds")
        body: dict[str, Any] = {"starts_at": starts_at, "timezone": zone_by_day(now), "patient": patient}
        headers = {"Authorization": f"Bearer {self.token}"}
        until_taken(partial(requests.put, url, json=body, headers=headers, timeout=30))
        return Sent(address, visit)


class Sending:
    """So many payments and visits, a share at a time, with nobody waiting until they are taken."""

    def __init__(self, traffic: Traffic, *, payments: int, visits: int, shares: int) -> None:
        self.traffic = traffic
        self.shares = iter([(range(payments)[nth::shares], range(visits)[nth::shares]) for nth in range(shares)])
        self.senders = ThreadPoolExecutor(SENDERS)
        self.paid: list[Future[Sent]] = []
        self.booked: list[Future[Sent]] = []

    def next_share(self) -> None:
        """Begin to send it."""
        payments, visits = next(self.shares)
        self.paid += [self.senders.submit(self.traffic.pay, number) for number in payments]
        self.booked += [self.senders.submit(self.traffic.book, number) for number in visits]

    def taken(self) -> tuple[list[Sent], list[Sent]]:
        """The payments and the visits, once all that was begun is taken; raises Trouble."""
        self.senders.shutdown()
        return [each.result() for each in self.paid], [each.result() for each in self.booked]


def until_taken(send: Callable[[], requests.Response]) -> None:
    """Repeat while the service is away or says 5xx, as Stripe does, only sooner; raises Trouble for a refusal."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            answer = send()
        except (requests.ConnectionError, requests.Timeout):
            answer = None
        if answer is not None and answer.ok:
            return
        if answer is not None and answer.status_code < 500:
            raise Trouble(f"refused with {answer.status_code}: {answer.text}")
        time.sleep(PAUSE_SECONDS)
    raise Trouble(f"nothing was taken within {PATIENCE_SECONDS} s")


def zone_by_day(now: datetime) -> str:
    """A time zone where it is about noon: nobody is to be left alone there, so the reminder goes out at once."""
    ahead = NOON - now.hour  # its sign is the other way round in these names, for which POSIX is to blame
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/UTC"
