"""How many connections to PostgreSQL the threads of a process hold, and when one of them gives its own back.

`project` reads `DATABASE_POOL` for a whole process; `lanes` has the threads of a lane share a few.
"""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.db import connection

A_FEW = 8
"""Connections that serve a lane of threads: they hold one only while they read and write."""

LONGEST_WAIT_SECONDS = 30


def on_sqlite(database: dict[str, Any]) -> bool:
    """Whether Django's settings of a database name an SQLite file, which needs no pool: opening it costs little."""
    return str(database["ENGINE"]).endswith("sqlite3")


def pool(database: dict[str, Any], *, size: int) -> None:
    """Have at most so many connections serve all threads of a process; a thread that finds none free waits its turn.

    One that died while it was free, as when PostgreSQL restarts, is replaced before anybody gets it. The pool keeps
    them open and not Django. A size of 0 is no pool.
    """
    if size and not on_sqlite(database):
        database["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": size, "timeout": LONGEST_WAIT_SECONDS}}
        database |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}


def share(threads: int) -> None:
    """Have the threads of this process share a few connections, unless `DATABASE_POOL` is set.

    Call it before a connection is open.
    """
    if "DATABASE_POOL" not in os.environ:
        pool(settings.DATABASES["default"], size=min(A_FEW, threads))


def let_go() -> None:
    """Give a pooled connection back while somebody outside is waited for: a few serve a hundred waiting threads."""
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()
