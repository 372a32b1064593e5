"""Stripe and a booking system: posts that are repeated until they are taken, doubled, shuffled, some of them late."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests

from scripts.compose_smoke.traffic import zone_by_day
from scripts.processes import Trouble
from scripts.stripe_standin import delivery
from tests.stripe_events import Payload, an_event, body_of, by_type, events_of_a_payment

SENDERS = 8
LATE_SHARE = 0.1
LONGEST_SECONDS = 300.0
PAUSE_SECONDS = 0.5
ENDED_TLS = {"X-Forwarded-Proto": "https"}
"""What a proxy says that has ended TLS, which production insists on."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment: whom its receipt is for, what Stripe calls it, and its events."""

    address: str
    reference: str
    events: Sequence[Payload]


@dataclass(slots=True)
class Outside:
    """Who calls the two services, and how far they have come; ends early when `stop` is set."""

    urls: Mapping[str, str]
    secret: str
    token: str
    chance: random.Random
    taken: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, payments: Sequence[Paid], visits: int, *, seconds: float) -> None:
        """Everything, spread over that time; returns once all of it was taken. Raises Trouble."""
        events = [partial(self.post, event) for event in in_disorder(payments, self.chance)]
        bookings = [partial(self.book, number) for number in range(visits)]
        with ThreadPoolExecutor(2) as both:
            for done in both.map(lambda posts: self.spread(posts, seconds=seconds), (events, bookings)):
                assert done is None

    def spread(self, posts: Sequence[Callable[[], requests.Response]], *, seconds: float) -> None:
        """One service's posts; while it is away, the other's go on."""
        begin = time.monotonic()
        due = [begin + seconds * nth / len(posts) for nth in range(len(posts))]
        with ThreadPoolExecutor(SENDERS) as senders:
            for done in senders.map(self.until_taken, posts, due):
                assert done is None

    def until_taken(self, post: Callable[[], requests.Response], due: float) -> None:
        """Repeat while the service is away or says 5xx, as Stripe does, only sooner; raises Trouble for a refusal."""
        self.stop.wait(max(0.0, due - time.monotonic()))
        end = time.monotonic() + LONGEST_SECONDS
        while not self.stop.is_set() and not self.is_taken(post):
            if time.monotonic() > end:
                raise Trouble(f"a post wasn't taken within {LONGEST_SECONDS:.0f} s")
            self.stop.wait(PAUSE_SECONDS)

    def is_taken(self, post: Callable[[], requests.Response]) -> bool:
        """Whether it was; raises Trouble for a refusal."""
        try:
            answer = post()
        except (requests.ConnectionError, requests.Timeout):
            return False
        if 300 <= answer.status_code < 500:
            raise Trouble(f"refused with {answer.status_code}: {answer.text[:200]}")
        with self.lock:
            self.taken += answer.ok
        return answer.ok

    def post(self, event: Payload) -> requests.Response:
        """One post of Stripe's, signed at this moment."""
        body = body_of(event)
        headers = {**delivery.headers(body, secret=self.secret), **ENDED_TLS}
        return requests.post(f"{self.urls['payments']}/webhooks/stripe/", data=body, headers=headers, timeout=10)

    def book(self, number: int) -> requests.Response:
        """A visit in less than a day, so that its reminders are due: an email and a text."""
        now = datetime.now(UTC)
        name = visit_name(number)
        reached_at = {"email": patient_address(number), "phone": patient_phone(number)}
        patient = {"external_id": name, "name": "Ada Nowak", **reached_at}
        starts_at = (now + timedelta(hours=23)).isoformat(timespec="seconds")
        body: dict[str, Any] = {"starts_at": starts_at, "timezone": zone_by_day(now), "patient": patient}
        headers = {"Authorization": f"Bearer {self.token}", **ENDED_TLS}
        return requests.put(f"{self.urls['visits']}/api/v1/visits/{name}", json=body, headers=headers, timeout=10)


def visit_name(number: int) -> str:
    """What the booking system calls a visit."""
    return f"visit-{number}"


def patient_address(number: int) -> str:
    """Where the reminder of a visit goes."""
    return f"patient-{number}@visits.example"


def patient_phone(number: int) -> str:
    """The same for texts."""
    return f"+48601{number:06}"


def payments(count: int, chance: random.Random) -> list[Paid]:
    """So many payments of three to five events each."""
    return [a_payment(number, events=chance.randint(3, 5)) for number in range(count)]


def a_payment(number: int, *, events: int) -> Paid:
    """One with so many of the events that Stripe sends for it; the fifth means nothing to us."""
    address = f"payer-{number}@payments.example"
    usual = events_of_a_payment(email=address, created=int(time.time()), livemode=True)
    intent = by_type(usual, "payment_intent.succeeded")["data"]["object"]
    began = an_event("payment_intent.created", intent | {"status": "requires_payment_method"}, livemode=True)
    return Paid(address, intent["id"], [*usual, began][:events])


def in_disorder(payments: Iterable[Paid], chance: random.Random) -> list[Payload]:
    """Each event twice, in no order, and a tenth of them after all others."""
    events = [event for payment in payments for event in payment.events for _ in range(2)]
    chance.shuffle(events)
    late = set(chance.sample(range(len(events)), int(len(events) * LATE_SHARE)))
    return [event for at, event in enumerate(events) if at not in late] + [events[at] for at in sorted(late)]
