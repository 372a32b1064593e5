"""Finds every point of a journey at which a death could matter, and has a process die there.

A point is what can't be taken back: a commit, or a call of something outside (Redis, Stripe, the mail server, a file).
To die before one is to die after the one before it, so deaths before each of them, one after another, are all deaths.
The journey is run by forks of the test's own process, each on connections of its own.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models, transaction
from django.db.models.functions import Now
from redis import Redis

from servicekit.claims import Claimable

WRITES = ("INSERT", "UPDATE", "DELETE")
END_OF_CONTENT = b"\r\n.\r\n"
CONTENT, NAMED, COMMIT = "SMTP content", "a file gets its name", "COMMIT"
NEVER = -1
INSTANTS = frozenset({"created", "paid_at", "issued_at"})
Work = Callable[[], None]
Row = dict[str, Any]
State = dict[str, list[Row]]


@dataclass(slots=True)
class Watch:
    """In a fork: writes down each point before it is passed, and dies before the one with this index."""

    log: int
    die_before: int
    passed: int = 0

    def point(self, name: str) -> None:
        """Here is one."""
        if self.passed == self.die_before:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1
        os.write(self.log, f"{name}\n".encode())

    def audit(self, event: str, args: Sequence[Any]) -> None:
        """Python tells of files and of what smtplib and http.client send, just before."""
        if event == "smtplib.send":
            self.point(CONTENT if bytes_of(args[1]).endswith(END_OF_CONTENT) else f"SMTP {bytes_of(args[1])[:4]!r}")
        elif event == "http.client.send":
            self.point(f"HTTP {bytes_of(args[1])[:60]!r}")
        elif event == "open" and is_kept(args[0]) and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
            self.point("a file is written")
        elif event == "os.rename" and is_kept(args[0]):
            self.point(NAMED)

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
            self.point(f"Redis {args[0]}")
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
    pid = os.fork()
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


def points_of(work: Work, *, log: Path) -> list[str]:
    """The names of all points of a journey that nobody disturbs, in their order."""
    assert in_a_fork(work, log=log)
    return log.read_text().splitlines()


def forget_all() -> None:
    """Empty our tables, as for a new test; deleting a few rows is much cheaper than what a flush does."""
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are looked at when it commits
        for model in our_models():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - names of ours


def our_models() -> list[type[models.Model]]:
    """Every model of the service that has a table of its own."""
    return [each for each in apps.get_models() if not each.__module__.startswith("django.") and not each._meta.proxy]


def state_without(*columns: str) -> State:
    """What our tables hold, by model, without ids, instants and these columns, which differ from run to run."""
    return {model.__name__: sorted(plain_rows(model, columns), key=repr) for model in our_models()}


def plain_rows(model: type[models.Model], without: Sequence[str]) -> list[Row]:
    """A table's comparable columns."""
    names = [field.attname for field in model._meta.concrete_fields if comparable(field) and field.name not in without]
    return [{name: timeless(getattr(row, name)) for name in names} for row in model._default_manager.all()]


def timeless(value: Any) -> Any:
    """A column's value without the instants that a JSON column may hold."""
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items() if key not in INSTANTS}
    return value


def differences(found: State, expected: State) -> list[str]:
    """Which rows are other than expected, in a sentence each."""
    return [
        f"{name}: {[row for row in found[name] if row not in rows]} instead of "
        f"{[row for row in rows if row not in found[name]]}, {len(found[name])} of {len(rows)}"
        for name, rows in expected.items()
        if found[name] != rows
    ]


def comparable(field: models.Field[Any, Any]) -> bool:
    """Whether a column says the same in each run."""
    return not isinstance(field, models.AutoField | models.DateTimeField | models.ForeignKey | models.OneToOneField)


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
    """Each time that a message leaves us, with the commits around it."""
    commits = [at for at, name in enumerate(points) if name == COMMIT]
    return [
        Doubt(max(c for c in commits if c < at), at, min(c for c in commits if c > at))
        for at, name in enumerate(points)
        if name == sent
    ]


def let_leases_expire() -> None:
    """What the dead held is free, as after a minute."""
    for model in our_models():
        if issubclass(model, Claimable) and not model.recurs:
            model._default_manager.filter(due_at__isnull=False, attempts__gt=0).update(due_at=Now())
