"""Why PostgreSQL doesn't take our connection: a code of a closed set, from what it says and from whether it is there.

Its own words may quote a user, a host or a database, and stay here. It says them in its own language; where that isn't
English, what is left is whether it answered.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import conninfo, pq

from servicekit.doctor.judging import database as words

PATIENCE_SECONDS = 5
SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r'database ".*" does not exist'), words.NO_DATABASE),
    (re.compile(r'role ".*" does not exist'), words.NO_ROLE),
    (re.compile(r"password authentication failed|no password supplied"), words.WRONG_PASSWORD),
    (re.compile(r"pg_hba\.conf"), words.NOT_LET_IN),
    (re.compile(r'permission denied for database ".*"|is not permitted to log in'), words.NOT_LET_IN),
    (re.compile(r"too many (clients|connections)|remaining connection slots"), words.FULL),
    (re.compile(r"is (starting up|shutting down)|not yet accepting connections|in recovery mode"), words.NOT_YET),
    (re.compile(r"failed to resolve host|could not translate host name"), words.NO_SUCH_HOST),
)


def trouble(settings: Mapping[str, Any]) -> str:
    """Open a connection as these of Django's say, past any pool, and close it; why that isn't possible, or nothing."""
    params: dict[str, Any] = {**settings, "connect_timeout": PATIENCE_SECONDS}
    try:
        psycopg.connect(**params).close()
    except psycopg.Error as error:
        return why(error, params)
    return ""


def why(error: psycopg.Error, params: Mapping[str, Any]) -> str:
    """By its words; else by whether somebody is there."""
    for pattern, code in SAID:
        if pattern.search(str(error)):
            return code
    if isinstance(error, psycopg.errors.ConnectionTimeout):  # another wait as long would outlast the doctor's round
        return words.SLOW if is_there(params) else words.AWAY
    answer = pq.Ping(pq.PGconn.ping(as_conninfo(params).encode()))
    return {pq.Ping.OK: words.REFUSED, pq.Ping.REJECT: words.NOT_YET}.get(answer, words.AWAY)


def as_conninfo(params: Mapping[str, Any]) -> str:
    """What says where it is, without what only the library knows."""
    known = ("host", "port", "dbname", "user", "password", "sslmode", "connect_timeout")
    return conninfo.make_conninfo(**{name: params[name] for name in known if params.get(name)})


def is_there(params: Mapping[str, Any]) -> bool:
    """Whether somebody takes a connection at that address, though nobody says a word there."""
    host, port = str(params.get("host") or ""), str(params.get("port") or 5432)
    try:
        if not host.startswith("/"):
            socket.create_connection((host, port), PATIENCE_SECONDS).close()
            return True
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE_SECONDS)
            line.connect(f"{host}/.s.PGSQL.{port}")
            return True
    except OSError:
        return False
