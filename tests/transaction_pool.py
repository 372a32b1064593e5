"""A road to the test's PostgreSQL on which each transaction may travel on another connection, as behind PgBouncer.

It speaks as much of PostgreSQL's protocol (version 3) as it takes to see where a transaction ends:
https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Self

import psycopg
from django.db import connections

ASKS_FOR_ENCRYPTION = (80_877_103, 80_877_104)  # SSLRequest, GSSENCRequest
ANSWERED_TO_THE_END = (b"Q", b"S")  # Query, Sync: ReadyForQuery follows
TOLD = ("server_version", "client_encoding", "TimeZone", "integer_datetimes", "standard_conforming_strings")


class TransactionPool:
    """Listens on loopback; `url` is a DATABASE_URL for the test's database by this road."""

    def __init__(self, *, size: int) -> None:
        self.known = [psycopg.connect(direct_url(), autocommit=True) for _ in range(size)]
        self.free: SimpleQueue[socket.socket] = SimpleQueue()  # in turn, so that hardly anybody gets the same one twice
        for each in self.known:
            server = socket.socket(fileno=each.pgconn.socket)
            server.setblocking(True)
            self.free.put(server)
        self.listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        while not self.free.empty():
            self.free.get().detach()
        for each in self.known:
            each.close()

    @property
    def url(self) -> str:
        """The test's database by this road."""
        settings = connections["default"].settings_dict
        return f"postgresql://{settings['USER']}@127.0.0.1:{self.listener.getsockname()[1]}/{settings['NAME']}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                Thread(target=self._serve, args=(self.listener.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(ConnectionError):
            greet(client, self.known[0])
            while self._transaction(client):
                pass

    def _transaction(self, client: socket.socket) -> bool:
        """Carry one transaction over whichever connection is free; False when the client has gone."""
        kind, message = read_message(client)
        if kind == b"X":
            return False
        server, status = self.free.get(), b"T"
        try:
            while status != b"I":
                server.sendall(message)
                if kind in ANSWERED_TO_THE_END:
                    status = carry_answer(server, client)
                if status != b"I":
                    kind, message = read_message(client)
        finally:
            if status != b"I":
                server.sendall(b"Q" + struct.pack("!i", 13) + b"ROLLBACK\0")
                carry_answer(server, None)
            self.free.put(server)
        return True


def direct_url() -> str:
    """The test's database without a detour."""
    settings = connections["default"].settings_dict
    host = settings["OPTIONS"].get("host") or settings["HOST"]
    return psycopg.conninfo.make_conninfo(
        host=host,
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
    )


def greet(client: socket.socket, known: psycopg.Connection) -> None:
    """Let a client in, and tell it what PostgreSQL tells."""
    while True:
        (length, asked) = struct.unpack("!ii", read(client, 8))
        if asked not in ASKS_FOR_ENCRYPTION:
            break
        client.sendall(b"N")
    read(client, length - 8)
    client.sendall(framed(b"R", struct.pack("!i", 0)))
    for name in TOLD:
        client.sendall(framed(b"S", f"{name}\0{known.info.parameter_status(name)}\0".encode()))
    client.sendall(framed(b"K", struct.pack("!ii", 1, 1)) + framed(b"Z", b"I"))


def carry_answer(server: socket.socket, client: socket.socket | None) -> bytes:
    """Pass on what the server says until it is ready again; whether it then is in a transaction (T, E) or not (I)."""
    while True:
        kind, message = read_message(server)
        if client is not None:
            client.sendall(message)
        if kind == b"Z":
            return message[-1:]


def framed(kind: bytes, payload: bytes) -> bytes:
    """A message of the protocol."""
    return kind + struct.pack("!i", len(payload) + 4) + payload


def read_message(end: socket.socket) -> tuple[bytes, bytes]:
    """The kind of the next message, and all of it."""
    head = read(end, 5)
    return head[:1], head + read(end, struct.unpack("!i", head[1:])[0] - 4)


def read(end: socket.socket, count: int) -> bytes:
    """Exactly so many bytes; raises ConnectionError at the end."""
    found = b""
    while len(found) < count:
        if not (more := end.recv(count - len(found))):
            raise ConnectionResetError
        found += more
    return found
