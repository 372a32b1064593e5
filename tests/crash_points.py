"""Finds every point of a journey at which a death could matter, and has a process die there.

A point is what can't be taken back: a commit, a file, or a call of something outside (Redis, Stripe, Twilio, a bucket,
the mail server).
To die before one is to die after the one before it, so deaths before each of them, one after another, are all deaths.
The journey is run by forks of the test's own process, each on connections of its own.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.test import Client
from redis import Redis

from servicekit.claims import Claimable
from tests import buckets, end_states

WRITES = ("INSERT", "UPDATE", "DELETE")
END_OF_CONTENT = b"\r\n.\r\n"
COMMIT, REDIS, SMTP, WRITTEN, NAMED = "COMMIT", "Redis", "SMTP", "a file is written", "a file gets its name"
CONTENT = f"{SMTP} content"
HEAD = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")
TEXT = "Twilio POST content"
OUTSIDE = {"/v1/": "Stripe", "/2010-04-01/": "Twilio", f"/{buckets.NAME}/": "bucket"}
"""Who is asked over HTTP, by how the path begins."""

NEVER = -1
Work = Callable[[], None]


@dataclass(slots=True)
class Watch:
    """In a fork: writes down each point before it is passed, and dies before the one with this index."""

    log: int
    die_before: int
    passed: int = 0
    request: str = ""

    def point(self, name: str) -> None:
        """Here is one."""
        if self.passed == self.die_before:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1
        os.write(self.log, f"{name}\n".encode())

    def audit(self, event: str, args: Sequence[Any]) -> None:
        """Python tells of files and of what smtplib and http.client send, just before."""
        if event == "smtplib.send":
            self.point(CONTENT if bytes_of(args[1]).endswith(END_OF_CONTENT) else f"{SMTP} {bytes_of(args[1])[:4]!r}")
        elif event == "http.client.send":
            self.point(self.sent_over_http(bytes_of(args[1])))
        elif event == "open" and is_kept(args[0]) and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            self.point(WRITTEN)
        elif event == "os.rename" and is_kept(args[0]):
            self.point(NAMED)

    def sent_over_http(self, sent: bytes) -> str:
        """The head of a request by whom it asks and how, and what follows as the content of that."""
        if head := HEAD.match(sent):
            method, path = head[1].decode(), head[2].decode()
            who = next((name for start, name in OUTSIDE.items() if path.startswith(start)), "somebody")
            self.request = f"{who} {method}"
            return self.request
        return f"{self.request} content"

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Outside of a transaction each statement that writes is a commit."""
        if not context["connection"].in_atomic_block and sql.lstrip().startswith(WRITES):
            self.point(f"{COMMIT} of {' '.join(sql.split()[:3])}")
        return execute(sql, params, many, context)

    def begin(self) -> None:
        """Watch from now on; a fork ends soon, so nothing is put back."""
        commit, command = psycopg.Connection.commit, Redis.execute_command

        def watched_commit(session: psycopg.Connection[Any]) -> None:
            self.point(COMMIT)
            commit(session)

        def watched_command(client: Any, *args: Any, **options: Any) -> Any:
            self.point(f"{REDIS} {args[0]}")
            return command(client, *args, **options)  # type: ignore[no-untyped-call]

        setattr(psycopg.Connection, "commit", watched_commit)  # noqa: B010 - not ours, and only in a fork
        setattr(Redis, "execute_command", watched_command)  # noqa: B010
        connection.execute_wrappers.append(self.statement)
        sys.addaudithook(self.audit)


def bytes_of(sent: Any) -> bytes:
    """What a client sends, as far as it can be told."""
    return sent.encode() if isinstance(sent, str) else bytes(sent) if isinstance(sent, bytes | bytearray) else b""


def is_kept(path: Any) -> bool:
    """Whether a file is one that the service keeps."""
    places = (settings.MEDIA_ROOT, getattr(settings, "SMS_FILE_PATH", "") or settings.MEDIA_ROOT)
    return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(tuple(map(str, places)))


def in_a_fork(work: Work, *, log: Path, die_before: int = NEVER) -> bool:
    """Do the work in a process of its own, which may die on the way; whether it lived. Its points go to the log."""
    connections.close_all()
    pid = fork_between_log_lines()
    if pid == 0:
        with ExitStack() as ending:
            ending.callback(os._exit, 1)  # a failure of the work, or pytest's own end, stays in here
            Watch(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), die_before).begin()
            work()
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        assert os.WEXITSTATUS(status) == 0, "the journey failed by itself; run it in this process to see why"
    return not os.WIFSIGNALED(status)


def fork_between_log_lines() -> int:
    """`os.fork()` at a moment when no thread of a server here is writing to a log: its lock would be held for good."""
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    handlers = {handler for each in loggers if isinstance(each, logging.Logger) for handler in each.handlers}
    for handler in handlers:
        handler.acquire()
    pid = os.fork()
    if pid:  # in the fork they have new locks
        for handler in handlers:
            handler.release()
    return pid


class Journey(Protocol):
    """What a test goes through again and again."""

    def forget(self) -> None:
        """Nothing has happened, and nothing has arrived."""

    def go(self) -> None:
        """Go all the way."""

    def go_on(self) -> None:
        """Another process takes over from a dead one."""


def wrong_after_deaths(
    journey: Journey, points: Sequence[str], *, log: Path, wrong: Callable[[int], Iterable[str]], at: Iterable[int] = ()
) -> list[str]:
    """What is wrong after a death before each of the points, or before those given, in a sentence each.

    `wrong` is asked after each death, with the point that was not reached, once another process has gone on.
    """
    found = []
    for died_before in at or range(len(points)):
        journey.forget()
        assert not in_a_fork(journey.go, log=log, die_before=died_before)
        assert in_a_fork(journey.go_on, log=log)
        found += [f"died before {died_before} ({points[died_before]}): {what}" for what in wrong(died_before)]
    return found


def kinds_of(points: Iterable[str]) -> set[str]:
    """Which kinds of points these are: of a command or statement it doesn't matter which one it is."""
    kinds = (COMMIT, REDIS, CONTENT, SMTP)
    return {next((kind for kind in kinds if name.startswith(kind)), name) for name in points}


def points_of(work: Work, *, log: Path) -> list[str]:
    """The names of all points of a journey that nobody disturbs, in their order.

    What it had to import is imported here too, so that each later fork finds it.
    """
    imported = log.with_suffix(".imported")

    def work_and_tell() -> None:
        work()
        imported.write_text("\n".join(sys.modules))

    assert in_a_fork(work_and_tell, log=log)
    for name in imported.read_text().splitlines():
        with suppress(ImportError):  # a few modules are no files, and come with another
            importlib.import_module(name)
    return log.read_text().splitlines()


def ready(client: Client) -> Client:
    """The client with its middleware loaded, which each fork would load anew: it looks at every static file."""
    client.handler.load_middleware()
    return client


def forget_all() -> None:
    """Empty our tables, as for a new test; deleting a few rows is much cheaper than what a flush does."""
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it commits
        for model in end_states.our_models():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - names of ours


@dataclass(frozen=True, slots=True)
class Doubt:
    """For one message of a clean run: where its attempt went on record, where it left us, where that was recorded."""

    begun: int
    sent: int
    recorded: int

    def is_in_doubt(self, died_before: int) -> bool:
        """Whether nobody can know afterwards if it was taken."""
        return self.begun < died_before <= self.recorded

    def is_twice(self, died_before: int) -> bool:
        """Whether it was taken, and nobody lived to write that down."""
        return self.sent < died_before <= self.recorded


def doubts_of(points: Sequence[str], *, sent: str) -> list[Doubt]:
    """Each time that a message leaves us, with the commits around it, be they of a transaction or of one statement."""
    commits = [at for at, name in enumerate(points) if name.startswith(COMMIT)]
    return [
        Doubt(max(c for c in commits if c < at), at, min(c for c in commits if c > at))
        for at, name in enumerate(points)
        if name == sent
    ]


def let_leases_expire() -> None:
    """What the dead held is free, as after a minute."""
    for model in end_states.our_models():
        if issubclass(model, Claimable) and not model.recurs:
            model._default_manager.filter(due_at__isnull=False, attempts__gt=0).update(due_at=Now())
