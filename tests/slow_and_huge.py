"""Slow and huge requests at either service as it is served: what comes of them, and how long others wait meanwhile."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import requests

from servicekit import patience
from tests.asking import HEADERS
from tests.spoiling import DEPTH

MANY, THREADS = 60, 2
MEBIBYTE = 1024 * 1024
WHILE_SILENT = patience.PATIENCE_SECONDS / 2
WHILE_SLOW = 2 * patience.PATIENCE_SECONDS
"""Seconds that others may have to wait beside connections that say nothing, and beside requests that trickle in."""
TOO_MUCH = {400, 414, 431}
"""What may be answered to a head that is too large."""

Signed = Callable[[bytes], Mapping[str, str]]
"""The headers of a body, with which a door takes it for its own sender's."""


def unsigned(_body: bytes) -> Mapping[str, str]:
    """None, at a door that asks for a token alone."""
    return {}


@contextmanager
def a_connection(url: str) -> Iterator[socket.socket]:
    """A connection on which nothing was said yet."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        yield connection


def posted_head(length: int, *, path: str, **headers: str) -> bytes:
    """The head of a post whose body is so long."""
    told = {"Host": "testserver", "Content-Length": str(length)} | headers
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {said}" for name, said in told.items()), "", ""]
    return "\r\n".join(lines).encode()


def slow_heads(path: str) -> dict[str, bytes]:
    """How a request begins that never ends: in its head, in the body of a post there."""
    return {"head": b"GET /healthz HTTP/1.1\r\nX-Slow: ", "body": posted_head(1000, path=path)}


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


def waited_beside_silence(url: str) -> float:
    """How long somebody waits while many connections say nothing."""
    with ExitStack() as silent:
        for _ in range(MANY):
            silent.enter_context(a_connection(url))
        return seconds_to_answer(url)


def waited_beside(url: str, head: bytes) -> float:
    """How long somebody waits while as many requests as there are threads have begun so, and trickle in."""
    with ExitStack() as slow:
        for _ in range(THREADS):
            connection = slow.enter_context(a_connection(url))
            connection.sendall(head)
            slow.enter_context(trickling(connection))
        time.sleep(0.5)
        return seconds_to_answer(url)


def announced(url: str, path: str) -> int:
    """What is answered to ten gigabytes that are announced, before one of them is sent."""
    with a_connection(url) as connection:
        connection.sendall(posted_head(10 * 1024 * MEBIBYTE, path=path, **HEADERS))
        return int(connection.recv(4096).split()[1])


def too_large_heads(url: str) -> set[int]:
    """What is answered to too many headers, to one that is too long, and to such an address."""
    asked = f"{url}/healthz"
    many = requests.get(asked, headers={f"X-{number}": "x" for number in range(200)}, timeout=30)
    long = requests.get(asked, headers={"X-Long": "x" * 20_000}, timeout=30)
    address = requests.get(f"{asked}?{'x' * 20_000}", timeout=30)
    return {each.status_code for each in (many, long, address)}


def nested(url: str, path: str, *, signed: Signed = unsigned) -> int:
    """What is answered to lists in lists without end."""
    body = b'{"lines":' + b"[" * DEPTH + b"]" * DEPTH + b"}"
    return requests.post(url + path, body, headers={**HEADERS, **signed(body)}, timeout=30).status_code


def compressed(url: str, path: str, *, signed: Signed = unsigned) -> int:
    """What is answered to a little that would be much, were it unpacked."""
    body = gzip.compress(json.dumps({"bomb": "0" * 50 * MEBIBYTE}).encode())
    headers = {**HEADERS, "Content-Encoding": "gzip", **signed(body)}
    return requests.post(url + path, body, headers=headers, timeout=30).status_code
