"""How long a web process waits for a request to arrive: the worker class of `gunicorn`, for either service.

A thread that reads a request waits for whoever sends it, and there are only a few. Without this, eight connections that
send a byte a minute would keep everybody else out. A proxy that collects requests before it passes them on is still the
better guard, since it can wait for thousands at once.
"""

from __future__ import annotations

import time
from functools import partial
from selectors import EVENT_READ
from socket import socket
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

PATIENCE_SECONDS = 10.0
"""How long a request may take to arrive, from the moment that a thread begins to read it."""
SLOWEST_BYTES_PER_SECOND = 5_000
"""What has come in buys more time at this rate: a large body over a slow line arrives."""


class Arriving:
    """A connection as what reads a request sees it. Once its time is up, it is as if the client had hung up."""

    def __init__(self, sock: socket, *, patience: float = PATIENCE_SECONDS) -> None:
        self.sock, self.patience = sock, patience
        self.until, self.is_over = 0.0, False
        self.begin()

    def begin(self) -> None:
        """Give the next request its own time."""
        self.until = time.monotonic() + self.patience

    def recv(self, most: int) -> bytes:
        """What has come next, up to so many bytes; nothing at the end, or when the time is up."""
        data = b"" if self.is_over else self.received(most)
        self.until += len(data) / SLOWEST_BYTES_PER_SECOND
        return data

    def received(self, most: int) -> bytes:
        """What comes in the time that is left; nothing once there is none, also where more lies ready."""
        before, left = self.sock.gettimeout(), self.until - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(left if before is None else min(left, before))
            return self.sock.recv(most)
        except TimeoutError:
            self.is_over = True
            return b""
        finally:
            self.sock.settimeout(before)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the connection's own."""
        return getattr(self.sock, name)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Threads for what is there to be read: none waits for a silent connection, or for long for a slow one."""

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread once there is something to read; until then the poller has it."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """In a thread: read a request in the time that it may take, and answer it."""
        if not conn.initialized:
            conn.init()
            conn.parser.unreader.sock = Arriving(conn.sock)
        else:
            conn.parser.unreader.sock.begin()
        return super().handle(conn)
