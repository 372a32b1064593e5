"""Slow and huge requests at the service as it is served: others are answered meanwhile, too much is refused early."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
import requests

from payments_service.webhooks.models import StripeEvent
from servicekit import patience
from tests.asking import HEADERS
from tests.builders import WEBHOOK, signed
from tests.served import served
from tests.spoiling import DEPTH
from tests.stripe_events import body_of, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)

MANY, THREADS = 60, 2
MEBIBYTE = 1024 * 1024
CHECKOUTS = "/api/v1/checkouts"


@pytest.fixture(scope="module")
def url(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service on one worker of two threads."""
    with served(tmp_path_factory.mktemp("web")) as address:
        yield address


@contextmanager
def a_connection(url: str) -> Iterator[socket.socket]:
    """A connection on which nothing was said yet."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        yield connection


def posted_head(length: int, *, path: str = WEBHOOK) -> bytes:
    """The head of a post whose body is so long."""
    return f"POST {path} HTTP/1.1\r\nHost: testserver\r\nContent-Length: {length}\r\n\r\n".encode()


def seconds_to_answer(url: str) -> float:
    """How long somebody waits who asks for nothing special."""
    begun = time.monotonic()
    assert requests.get(f"{url}/healthz", timeout=60).status_code == 200
    return time.monotonic() - begun


@contextmanager
def trickling(connection: socket.socket) -> Iterator[None]:
    """Send a byte now and then, as if the request went on."""
    over = threading.Event()

    def trickle() -> None:
        while not over.wait(0.5):
            try:
                connection.sendall(b"x")
            except OSError:
                return

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()


def test_connections_that_say_nothing_keep_nobody_waiting(url: str) -> None:
    with ExitStack() as silent:
        for _ in range(MANY):
            silent.enter_context(a_connection(url))

        waited = seconds_to_answer(url)

    assert waited < patience.PATIENCE_SECONDS / 2


@pytest.mark.parametrize("head", [b"GET /healthz HTTP/1.1\r\nX-Slow: ", posted_head(1000)], ids=["head", "body"])
def test_requests_that_trickle_in_keep_others_waiting_no_longer_than_they_may_take(url: str, head: bytes) -> None:
    with ExitStack() as slow:
        for _ in range(THREADS):
            connection = slow.enter_context(a_connection(url))
            connection.sendall(head)
            slow.enter_context(trickling(connection))
        time.sleep(0.5)

        waited = seconds_to_answer(url)

    assert waited < 2 * patience.PATIENCE_SECONDS


@pytest.mark.parametrize("path", [WEBHOOK, CHECKOUTS])
def test_a_body_that_is_announced_as_huge_is_refused_before_it_is_sent(url: str, path: str) -> None:
    head = posted_head(10 * 1024 * MEBIBYTE, path=path).replace(b"\r\n\r\n", b"\r\n")
    head += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode() + b"\r\n"

    with a_connection(url) as connection:
        connection.sendall(head)
        answer = connection.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_too_many_and_too_long_headers_are_refused(url: str) -> None:
    many = requests.get(f"{url}/healthz", headers={f"X-{number}": "x" for number in range(200)}, timeout=30)
    long = requests.get(f"{url}/healthz", headers={"X-Long": "x" * 20_000}, timeout=30)
    address = requests.get(f"{url}/healthz?{'x' * 20_000}", timeout=30)

    assert {many.status_code, long.status_code, address.status_code} <= {400, 414, 431}
    assert requests.get(f"{url}/healthz", timeout=30).status_code == 200


@pytest.mark.parametrize("path", [WEBHOOK, CHECKOUTS])
def test_nesting_without_end_is_refused(url: str, path: str) -> None:
    body = b'{"lines":' + b"[" * DEPTH + b"]" * DEPTH + b"}"

    answer = requests.post(url + path, body, headers=HEADERS | {"Stripe-Signature": signed(body)}, timeout=30)

    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("path", [WEBHOOK, CHECKOUTS])
def test_nobody_unpacks_what_comes_compressed(url: str, path: str) -> None:
    body = gzip.compress(json.dumps({"bomb": "0" * 50 * MEBIBYTE}).encode())
    headers = HEADERS | {"Stripe-Signature": signed(body), "Content-Encoding": "gzip"}

    answer = requests.post(url + path, body, headers=headers, timeout=30)

    assert answer.status_code in (400, 422)


def test_after_all_of_it_the_door_is_open(url: str) -> None:
    event = events_of_a_payment()[0]
    body = body_of(event)

    answer = requests.post(url + WEBHOOK, body, headers={"Stripe-Signature": signed(body)}, timeout=30)

    assert answer.status_code == 200
    assert StripeEvent.objects.get().stripe_id == event["id"]
