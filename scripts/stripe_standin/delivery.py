"""Posts signed events to the service's webhook, as Stripe does; server.py calls it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.stripe_events import Payload, body_of, signature_header


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one post: the status (None when nobody answered) and the seconds that it took."""

    event: str
    type: str
    status: int | None
    seconds: float


def headers(body: bytes, *, secret: str) -> dict[str, str]:
    """The headers of Stripe's posts, signed now."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature_header(body, secret=secret, timestamp=int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def deliver(
    events: Sequence[Payload], *, url: str, secret: str, order: Sequence[int] | None = None, times: int = 1
) -> list[Delivery]:
    """Post the events one after another in the given order (indexes), the whole round as many times as asked."""
    chosen = [events[n] for n in order] if order else list(events)
    return [_post(event, url=url, secret=secret) for _ in range(times) for event in chosen]


def _post(event: Payload, *, url: str, secret: str) -> Delivery:
    body = body_of(event)
    started = time.monotonic()
    status = _status(Request(url, data=body, headers=headers(body, secret=secret), method="POST"))
    return Delivery(event["id"], event["type"], status, round(time.monotonic() - started, 4))


def _status(request: Request) -> int | None:
    try:
        with urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code
    except (URLError, ConnectionError, TimeoutError):
        return None
