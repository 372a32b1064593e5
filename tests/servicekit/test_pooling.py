"""Connections to PostgreSQL: shared by threads, mended after a restart, and behind PgBouncer in transaction mode."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler, DatabaseError
from environs import Env

from payments_service.webhooks.models import StripeEvent
from receipts.models import Receipt
from servicekit import project
from tests import builders, processes
from tests.notifications.mail_server import MailServer
from tests.stripe_events import events_of_a_payment
from tests.transaction_pool import TransactionPool
from tests.webhooks.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 30


@contextmanager
def connected(url: str, monkeypatch: pytest.MonkeyPatch, **env: str) -> Iterator[ConnectionHandler]:
    """Connections as a process with this environment has them, one for each thread."""
    with monkeypatch.context() as changed:
        for name, value in {"DATABASE_URL": url, **env}.items():
            changed.setenv(name, value)
        settings = project.database(Env(), default="")
    handler = ConnectionHandler({"default": settings})
    yield handler
    handler.close_all()
    if settings["OPTIONS"].get("pool"):
        handler["default"].close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone


def asked(connection: BaseDatabaseWrapper, statement: str = "SELECT 1") -> Any:
    """What the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def many_statements(connection: BaseDatabaseWrapper) -> None:
    """The same statement often enough to be worth preparing, each time in a transaction of its own."""
    for number in range(MANY):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM webhooks_stripeevent WHERE id > %s", [number])


def test_behind_a_transaction_pool_nothing_is_expected_to_outlast_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with TransactionPool(size=2) as pool:
        with connected(pool.url, monkeypatch, DATABASE_BEHIND_PGBOUNCER="1") as told:
            many_statements(told["default"])
            cursors_are_off = told["default"].settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
        with connected(pool.url, monkeypatch) as untold, pytest.raises(DatabaseError, match="prepared statement"):
            many_statements(untold["default"])

    assert cursors_are_off


def test_payments_become_letters_behind_a_transaction_pool(tmp_path: Path) -> None:
    mail = MailServer()
    mail.start()
    for number in range(10):
        builders.post(events_of_a_payment(email=f"ada{number}@example.com")[2])

    with TransactionPool(size=3) as pool:
        env = {"DATABASE_URL": pool.url, "DATABASE_BEHIND_PGBOUNCER": "1", "RECEIPT_SETTLE_SECONDS": "0"}
        told = {**env, "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "SWEEP_SECONDS": "1"}
        with processes.beat(tmp_path / "beat.log", **told), processes.lanes(tmp_path / "worker.log", **told) as worker:
            processes.eventually(lambda: len(mail.mails) == 10, why=worker.output)
    mail.stop()

    assert Receipt.objects.count() == 10
    assert "task_failed" not in worker.output()
    assert set(StripeEvent.objects.values_list("state", flat=True)) == {"processed"}


def test_threads_share_the_connections_of_a_pool_and_wait_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    backends: set[int] = set()

    with Relay() as road, connected(road.url, monkeypatch, DATABASE_POOL="3") as shared:

        def ask() -> None:
            backends.add(asked(shared["default"], "SELECT pg_backend_pid() FROM pg_sleep(0.05)"))
            shared["default"].close()

        threads = [threading.Thread(target=ask) for _ in range(MANY)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 1 <= len(backends) <= 3


def test_a_connection_that_died_in_the_pool_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with Relay() as road, connected(road.url, monkeypatch, DATABASE_POOL="2") as shared:
        asked(shared["default"])
        shared["default"].close()
        road.close()
        road.open()

        answer = asked(shared["default"])

    assert answer == 1


def test_a_pool_on_sqlite_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with connected(f"sqlite:///{tmp_path}/one.sqlite3", monkeypatch, DATABASE_POOL="3") as alone:
        assert asked(alone["default"]) == 1
        assert "pool" not in alone["default"].settings_dict["OPTIONS"]
