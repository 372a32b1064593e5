"""A bounded burst of prepared requests over kept-open connections, with as little of its own work as possible."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Result:
    """One burst: requests per second, latencies in seconds, and how many got anything but a 200."""

    rate: float
    p50: float
    p99: float
    refused: int


def burst(port: int, requests: Sequence[bytes], *, connections: int) -> Result:
    """Send every request once, over that many connections at a time."""
    latencies: list[float] = []
    refused: list[bytes] = []
    threads = [
        threading.Thread(target=_send, args=(port, requests[place::connections], latencies, refused))
        for place in range(connections)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    latencies.sort()
    return Result(
        rate=len(requests) / seconds,
        p50=latencies[len(latencies) // 2],
        p99=latencies[int(len(latencies) * 0.99)],
        refused=len(refused) + len(requests) - len(latencies),
    )


def _send(port: int, requests: Sequence[bytes], latencies: list[float], refused: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            started = time.perf_counter()
            connection.sendall(request)
            answer = _answer(connection)
            latencies.append(time.perf_counter() - started)
            if not answer.startswith(b"HTTP/1.1 200"):
                refused.append(answer[:200])


def _answer(connection: socket.socket) -> bytes:
    """One answer without a body."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection")
        received += part
    return received


def answers(port: int) -> bool:
    """Whether something listens there and answers HTTP."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def unix_now() -> int:
    """The time to sign with, in seconds."""
    return int(time.time())
