"""A gate on loopback before a server, which counts the connections that come through it."""

from __future__ import annotations

import socket
from threading import Thread
from typing import Self

from tests.webhooks.relay import carry, cut


class Toll:
    """Takes connections and leads each to the server on a port of loopback; `passed` is how many there were."""

    def __init__(self, port: int) -> None:
        self.behind = ("127.0.0.1", port)
        self.passed = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]

    @property
    def address(self) -> str:
        """Where it listens, as an address on the web."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        Thread(target=self.lead, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        cut(self.listener)

    def lead(self) -> None:
        """Lead on whoever comes, until the gate is closed."""
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.passed += 1
            server = socket.create_connection(self.behind)
            Thread(target=carry, args=(client, server), daemon=True).start()
            Thread(target=carry, args=(server, client), daemon=True).start()
