"""Stripe's traffic for the bench: signed posts of new events, ready for the wire, in an order that a seed decides."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator

from bench import servers
from tests import stripe_events


def payments(count: int, *, seed: int) -> list[stripe_events.Payload]:
    """The four events of each of so many payments, shuffled among all of them."""
    events = [event for _ in range(count) for event in stripe_events.events_of_a_payment()]
    random.Random(seed).shuffle(events)
    return events


def events(count: int) -> Iterator[stripe_events.Payload]:
    """So many new events of payments, one payment after another."""
    while count > 0:
        batch = stripe_events.events_of_a_payment()[:count]
        count -= len(batch)
        yield from batch


def requests(said: Iterable[stripe_events.Payload], port: int, *, reconnect: bool = False) -> list[bytes]:
    """A signed HTTP/1.1 request for each event."""
    connection = "close" if reconnect else "keep-alive"
    return [request(stripe_events.body_of(event), port, connection) for event in said]


def request(body: bytes, port: int, connection: str) -> bytes:
    """One of them."""
    header = stripe_events.signature_header(body, secret=servers.SECRET, timestamp=int(time.time()))
    head = (
        f"POST /webhooks/stripe/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: {connection}\r\nStripe-Signature: {header}\r\n\r\n"
    )
    return head.encode() + body
