"""A bounded burst of prepared requests over kept-open connections, with as little of its own work as possible.

One thread and one selector: each connection sends its next request as soon as its last one is answered.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """One burst: requests per second, latencies in seconds, and the first lines of answers that weren't a 200."""

    rate: float
    p50: float
    p99: float
    refused: list[str]


@dataclass(slots=True)
class Connection:
    """One kept-open connection: what it has received of the answer that it waits for, and since when."""

    socket: socket.socket
    received: bytes = b""
    sent_at: float = 0.0

    def send(self, request: bytes) -> None:
        """Ask; the answer comes later."""
        self.received, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come; whether the answer is complete. Raises ConnectionError when the server hung up."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed the connection before it answered")
        self.received += part
        return complete(self.received)


@dataclass(slots=True)
class Burst:
    """The requests that still wait, and how those before them went."""

    waiting: deque[bytes]
    latencies: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def note(self, connection: Connection) -> None:
        """One complete answer."""
        self.latencies.append(time.perf_counter() - connection.sent_at)
        if not connection.received.startswith(b"HTTP/1.1 200"):
            self.refused.append(connection.received.partition(b"\r\n")[0].decode())

    def run(self, connections: list[Connection]) -> None:
        """Send every request once; raises TimeoutError when the server stops answering."""
        with selectors.DefaultSelector() as selector:
            for connection in connections:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(self.waiting.popleft())
            unanswered = len(connections)
            while unanswered:
                ready = selector.select(PATIENCE_SECONDS)
                if not ready:
                    raise TimeoutError(f"no answer within {PATIENCE_SECONDS} s")
                unanswered -= sum(self.finished(key.data) for key, _ in ready)

    def finished(self, connection: Connection) -> bool:
        """Take what came on a connection and send its next request; true when there is none left for it."""
        if not connection.receive():
            return False
        self.note(connection)
        if self.waiting:
            connection.send(self.waiting.popleft())
            return False
        return True


def burst(port: int, requests: Iterable[bytes], *, connections: int) -> Result:
    """Send every request once, over that many connections at a time."""
    run = Burst(deque(requests))
    opened = [opened_to(port) for _ in range(min(connections, len(run.waiting)))]
    started = time.perf_counter()
    try:
        run.run(opened)
    finally:
        for connection in opened:
            connection.socket.close()
    rate = len(run.latencies) / (time.perf_counter() - started)
    ordered = sorted(run.latencies)
    return Result(rate, p50=ordered[len(ordered) // 2], p99=ordered[int(len(ordered) * 0.99)], refused=run.refused)


def opened_to(port: int) -> Connection:
    """A connection that doesn't hold small packets back."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Connection(opened)


def complete(received: bytes) -> bool:
    """Whether these bytes are a whole answer: its head, and a body of the announced length or in chunks."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    head += b"\r\n"
    if length := LENGTH.search(head):
        return len(body) >= int(length[1])
    return not CHUNKED.search(head) or body.endswith(b"0\r\n\r\n")


def answers(port: int) -> bool:
    """Whether something listens there and answers HTTP with a 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
