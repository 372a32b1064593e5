"""A nudge follows the commit, reaches the broker when there is one, and never makes a web request wait for it."""

from __future__ import annotations

import base64
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery, Task
from django.conf import settings
from django.db import transaction

from payments_service.webhooks.tasks import process_event
from scripts import embedded
from servicekit import celery, nudging

QUEUE = "shop:shop.parcels"
AT_ONCE_SECONDS = 0.2


def an_app(broker_url: str) -> Task[Any, Any]:
    """A task of an application on that broker."""
    app = Celery("shop", set_as_current=False)
    app.conf.update(celery.config("shop", broker_url=broker_url, routes={"*": "parcels"}, beat={}))
    task: Task[Any, Any] = app.task(name="shop.pack")(pack)
    return task


def pack(**_: object) -> None:
    """What a worker would do; there is none here."""


def queued(server: embedded.Redis) -> list[Any]:
    """The messages that wait for a worker, oldest first."""
    found: Any = redis.Redis(port=server.port).lrange(QUEUE, 0, -1)
    return [json.loads(message) for message in reversed(found)]


def keywords(message: Any) -> dict[str, Any]:
    """What the task of a message will be called with."""
    [positional, named, _] = json.loads(base64.b64decode(message["body"]))
    assert positional == []
    return dict(named)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Redis]:
    with embedded.redis_server(tmp_path_factory.mktemp("nudging")) as server:
        yield server


@pytest.fixture
def server(running: embedded.Redis) -> embedded.Redis:
    """A Redis with nothing in it."""
    redis.Redis(port=running.port).flushall()
    return running


@pytest.fixture
def hanging() -> Iterator[str]:
    """The address of something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


@pytest.fixture
def background() -> Iterator[nudging.Background]:
    sender = nudging.Background(nudging.Publisher())
    yield sender
    sender.finish(patience=5)


@pytest.mark.django_db(transaction=True)
def test_a_nudge_goes_out_after_the_commit_and_not_at_all_after_a_rollback() -> None:
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.delete("payments:payments.events")

    with transaction.atomic():
        celery.nudge(process_event, event_id=1)
        before = queue.llen("payments:payments.events")
    after = queue.llen("payments:payments.events")
    with transaction.atomic():
        celery.nudge(process_event, event_id=2)
        transaction.set_rollback(True)

    assert (before, after) == (0, 1)
    assert queue.llen("payments:payments.events") == 1
    queue.delete("payments:payments.events")


def test_every_nudge_is_a_message_of_its_own_that_carries_ids_and_nothing_else(server: embedded.Redis) -> None:
    task = an_app(server.url)

    nudging.Publisher().send(nudging.Nudge(task, {"parcel_id": 1}), nudging.Nudge(task, {"parcel_id": 2}))

    first, second = queued(server)
    assert [keywords(first), keywords(second)] == [{"parcel_id": 1}, {"parcel_id": 2}]
    assert {first["headers"]["task"], second["headers"]["task"]} == {"shop.pack"}
    assert first["headers"]["id"] != second["headers"]["id"]


def test_a_message_is_read_as_one_of_celerys_own(server: embedded.Redis) -> None:
    task = an_app(server.url)

    nudging.Publisher().send(nudging.Nudge(task, {"parcel_id": 1}))
    task.apply_async(kwargs={"parcel_id": 1})

    ours, theirs = queued(server)
    assert keywords(ours) == keywords(theirs)
    assert set(ours) == set(theirs)
    assert (ours["content-type"], ours["content-encoding"]) == (theirs["content-type"], theirs["content-encoding"])
    assert set(theirs["properties"]) - set(ours["properties"]) == {"reply_to"}
    ids = {"correlation_id", "delivery_tag"}
    for name in set(ours["properties"]) - ids:
        assert ours["properties"][name] == theirs["properties"][name]
    assert {ours["properties"][name] for name in ids} == {ours["headers"]["id"]}
    assert {(name, ours["headers"][name] == theirs["headers"][name]) for name in ours["headers"]} == {
        ("lang", True),
        ("task", True),
        ("id", False),
        ("root_id", False),
    }


def test_nudges_of_several_tasks_find_their_queues_in_one_go(server: embedded.Redis) -> None:
    parcels = an_app(server.url)
    letters: Task[Any, Any] = parcels.app.task(name="shop.write")(pack)
    parcels.app.conf.task_queues = [*parcels.app.conf.task_queues, celery.queue("shop", "letters")]
    parcels.app.conf.task_routes = {"shop.write": {"queue": "shop.letters"}, **parcels.app.conf.task_routes}

    nudging.Publisher().send(nudging.Nudge(parcels, {"id": 1}), nudging.Nudge(letters, {"id": 2}))

    assert [keywords(message) for message in queued(server)] == [{"id": 1}]
    assert redis.Redis(port=server.port).llen("shop:shop.letters") == 1


def test_a_broker_that_takes_no_more_is_as_one_that_is_away(server: embedded.Redis) -> None:
    publisher, client = nudging.Publisher(), redis.Redis(port=server.port)
    client.config_set("maxmemory", 1)

    try:
        publisher.send(nudging.Nudge(an_app(server.url), {"parcel_id": 1}))
    finally:
        client.config_set("maxmemory", 0)

    assert publisher.quiet_until > time.monotonic()
    assert queued(server) == []


def test_a_countdown_travels_as_an_instant(server: embedded.Redis) -> None:
    nudging.Publisher().send(nudging.Nudge(an_app(server.url), {"parcel_id": 1}, countdown=5))

    [message] = queued(server)
    wait = datetime.fromisoformat(message["headers"]["eta"]) - datetime.now(UTC)
    assert 4 < wait.total_seconds() <= 5


def test_a_broker_that_is_away_is_tried_once_and_then_left_alone_for_a_while() -> None:
    publisher, task = nudging.Publisher(), an_app(f"redis://127.0.0.1:{embedded.free_port()}/0")

    publisher.send(nudging.Nudge(task, {"parcel_id": 1}))
    start = time.monotonic()
    for parcel in range(100):
        publisher.send(nudging.Nudge(task, {"parcel_id": parcel}))

    assert publisher.quiet_until > time.monotonic()
    assert time.monotonic() - start < AT_ONCE_SECONDS


def test_a_broker_that_came_back_gets_the_next_nudge(tmp_path: Path) -> None:
    publisher, server = nudging.Publisher(), embedded.Redis(tmp_path)
    task = an_app(server.url)
    publisher.send(nudging.Nudge(task, {"parcel_id": 1}))
    publisher.quiet_until = time.monotonic()

    server.start()
    try:
        publisher.send(nudging.Nudge(task, {"parcel_id": 2}))
        messages = queued(server)
    finally:
        server.stop()

    assert [keywords(message) for message in messages] == [{"parcel_id": 2}]


def test_a_broker_that_hangs_makes_nobody_wait(hanging: str) -> None:
    sender, task = nudging.Background(nudging.Publisher()), an_app(hanging)

    start = time.monotonic()
    for parcel in range(1000):
        sender.send(nudging.Nudge(task, {"parcel_id": parcel}))
    handed_over = time.monotonic() - start
    sender.finish(patience=0.5)

    assert handed_over < AT_ONCE_SECONDS
    assert time.monotonic() - start < 1.0 + handed_over


def test_what_waits_for_a_broker_that_hangs_is_bounded(hanging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "MOST_WAITING", 50)
    sender, task = nudging.Background(nudging.Publisher()), an_app(hanging)

    for parcel in range(500):
        sender.send(nudging.Nudge(task, {"parcel_id": parcel}))

    assert sender.waiting.qsize() <= 50


def test_the_thread_sends_what_it_gathered(server: embedded.Redis, background: nudging.Background) -> None:
    task = an_app(server.url)

    for parcel in range(250):
        background.send(nudging.Nudge(task, {"parcel_id": parcel}))
    background.finish(patience=5)

    assert [keywords(message)["parcel_id"] for message in queued(server)] == list(range(250))


def test_before_the_process_ends_the_last_nudge_goes_out_at_once(server: embedded.Redis) -> None:
    process = nudging.Nudging()
    process.go_to_background()
    process.send(nudging.Nudge(an_app(server.url), {"parcel_id": 1}))

    start = time.monotonic()
    process.finish()

    assert time.monotonic() - start < nudging.FLUSH_SECONDS
    assert [keywords(message) for message in queued(server)] == [{"parcel_id": 1}]


def test_a_forked_child_has_a_thread_of_its_own(server: embedded.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    task, process = an_app(server.url), nudging.of_this_process
    monkeypatch.setattr(process, "background", nudging.Background(process.publisher))
    process.send(nudging.Nudge(task, {"parcel_id": 1}))

    if (child := os.fork()) == 0:
        process.send(nudging.Nudge(task, {"parcel_id": 2}))
        process.finish()
        os._exit(0)
    os.waitpid(child, 0)
    process.finish()

    assert sorted(keywords(message)["parcel_id"] for message in queued(server)) == [1, 2]
