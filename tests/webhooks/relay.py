"""A road to the test's PostgreSQL that can be closed and opened again, while the server itself serves other tests."""

from __future__ import annotations

import contextlib
import socket
from threading import Thread
from typing import Self

from django.db import connections

CHUNK = 65_536


class Relay:
    """Listens on loopback and passes bytes on to PostgreSQL; `url` is a DATABASE_URL for the test's database."""

    def __init__(self) -> None:
        self.port = 0
        self.open_ends: list[socket.socket] = []
        self.listener: socket.socket | None = None

    @property
    def url(self) -> str:
        """The test's database by this road."""
        settings = connections["default"].settings_dict
        return f"postgresql://{settings['USER']}:{settings['PASSWORD']}@127.0.0.1:{self.port}/{settings['NAME']}"

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Take connections, on the same port as before."""
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self.listener.getsockname()[1]
        Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def close(self) -> None:
        """Cut every connection and refuse new ones, as a server that was stopped."""
        if self.listener is not None:
            ends = [self.listener, *self.open_ends]
            self.listener, self.open_ends = None, []
            for end in ends:
                cut(end)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = to_postgresql()
            self.open_ends += [client, server]
            Thread(target=carry, args=(client, server), daemon=True).start()
            Thread(target=carry, args=(server, client), daemon=True).start()


def to_postgresql() -> socket.socket:
    """A connection to the real server, by its socket file or over TCP."""
    settings = connections["default"].settings_dict
    host = str(settings["OPTIONS"].get("host") or settings["HOST"] or "127.0.0.1")
    port = int(settings["PORT"] or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(f"{host}/.s.PGSQL.{port}")
    return connection


def carry(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes on until either end is gone, then close both."""
    try:
        while data := source.recv(CHUNK):
            target.sendall(data)
    except OSError:
        pass
    finally:
        cut(source)
        cut(target)


def cut(end: socket.socket) -> None:
    """Close one end at once, also when another thread reads from it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
