"""A bounded burst of prepared requests over a few connections, with as little of its own work as possible.

One thread and one selector: each connection sends its next request as soon as its last one is answered, and is opened
anew when the server has closed it.
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
CLOSING = re.compile(rb"\r\nconnection: *close\r\n", re.IGNORECASE)
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
    """One connection: what it has received of the answer that it waits for, and since when."""

    socket: socket.socket
    received: bytes = b""
    sent_at: float = 0.0

    def send(self, request: bytes, *, at: float) -> None:
        """Ask; the answer comes later, and is timed from that reading of `time.perf_counter`."""
        self.received, self.sent_at = b"", at
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

    port: int
    connections: int
    waiting: deque[bytes]
    latencies: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def note(self, connection: Connection) -> None:
        """One complete answer."""
        self.latencies.append(time.perf_counter() - connection.sent_at)
        if not connection.received.startswith(b"HTTP/1.1 200"):
            self.refused.append(connection.received.partition(b"\r\n")[0].decode())

    def run(self, selector: selectors.BaseSelector) -> None:
        """Send every request once; raises TimeoutError when the server stops answering."""
        for _ in range(min(self.connections, len(self.waiting))):
            self.open(selector)
        while selector.get_map():
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"no answer within {PATIENCE_SECONDS} s")
            for key, _ in ready:
                self.go_on(key.data, selector)

    def open(self, selector: selectors.BaseSelector) -> None:
        """One more connection, with its first request; the time to connect counts."""
        started = time.perf_counter()
        connection = connected(self.port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(self.waiting.popleft(), at=started)

    def go_on(self, connection: Connection, selector: selectors.BaseSelector) -> None:
        """Take what came, and send the next request once it is answered, on a new connection if the server says so."""
        if not connection.receive():
            return
        self.note(connection)
        if self.waiting and not CLOSING.search(connection.received):
            connection.send(self.waiting.popleft(), at=time.perf_counter())
            return
        selector.unregister(connection.socket)
        connection.socket.close()
        if self.waiting:
            self.open(selector)


def burst(port: int, requests: Iterable[bytes], *, connections: int) -> Result:
    """Send every request once, over that many connections at a time."""
    run = Burst(port, connections, deque(requests))
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        run.run(selector)
    rate = len(run.latencies) / (time.perf_counter() - started)
    ordered = sorted(run.latencies)
    return Result(rate, p50=ordered[len(ordered) // 2], p99=ordered[int(len(ordered) * 0.99)], refused=run.refused)


def connected(port: int) -> Connection:
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
