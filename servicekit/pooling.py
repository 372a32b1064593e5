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


def option(size: int) -> dict[str, Any]:
    """PostgreSQL's option for a pool of connections, or none. A thread that finds all of them taken waits its turn."""
    return {"pool": {"min_size": 1, "max_size": size, "timeout": LONGEST_WAIT_SECONDS}} if size else {}


def share(threads: int) -> None:
    """Have the threads of this process share a few connections, unless `DATABASE_POOL` is set.

    Call it before a connection is open. SQLite has no pool, as opening a file costs little.
    """
    database = settings.DATABASES["default"]
    if "DATABASE_POOL" not in os.environ and not str(database["ENGINE"]).endswith("sqlite3"):
        database["OPTIONS"] |= option(min(A_FEW, threads))
        database["CONN_MAX_AGE"] = 0  # a pool's connections are given back, and the pool keeps them open


def let_go() -> None:
    """Give a pooled connection back while somebody outside is waited for: a few serve a hundred waiting threads."""
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close()
