"""What wakes the workers: nudges of many messages at once, and a sweeper that looks after each channel by itself."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import Celery
from celery.app import app_or_default
from django.conf import settings
from django.db import transaction

from notifications import messages, models, outbox, tasks
from servicekit import celery
from tests.notifications.builders import a_message, a_text, an_email, now_due, queued

pytestmark = pytest.mark.django_db(transaction=True)

LONG_SINCE = 2 * outbox.NUDGE_GRACE


class Queues:
    """The queues of a service that sends on both channels; empty at first."""

    def __init__(self) -> None:
        self.redis = redis.Redis.from_url(settings.REDIS_URL)
        self.clear()

    def clear(self) -> None:
        self.redis.delete("shop:shop.email", "shop:shop.sms")

    def waiting(self) -> list[tuple[str, int]]:
        """The name and the message of each nudge, emails before texts, the oldest first."""
        emails: Any = self.redis.lrange("shop:shop.email", 0, -1)
        texts: Any = self.redis.lrange("shop:shop.sms", 0, -1)
        return [told(json.loads(nudge)) for nudge in [*reversed(emails), *reversed(texts)]]


def told(nudge: dict[str, Any]) -> tuple[str, int]:
    """Which task a nudge is for, and which message."""
    [_, named, _] = json.loads(b64decode(nudge["body"]))
    return nudge["headers"]["task"].removeprefix("notifications."), named["message_id"]


@pytest.fixture
def queues() -> Iterator[Queues]:
    """An application with a queue for each channel, in the place of this service's."""
    app, ours = Celery("shop", set_as_current=False), app_or_default()
    routes = {"notifications.deliver_email": "email", "notifications.deliver_sms": "sms"}
    app.conf.update(celery.config("shop", broker_url=settings.REDIS_URL, routes=routes, beat={}))
    app.set_current()
    found = Queues()
    yield found
    found.clear()
    ours.set_current()


def test_many_messages_of_both_channels_are_nudged_in_one_call_after_the_commit(queues: Queues) -> None:
    mixed: list[messages.Message] = [a_text(), an_email(), a_text(dedupe_key="text:2")]

    with transaction.atomic():
        ids = outbox.enqueue_all(mixed)
        tasks.nudge_messages(outbox.by_channel(mixed, ids))
        before = queues.waiting()

    assert before == []
    assert sorted(queues.waiting()) == sorted(
        [("deliver_sms", ids[0]), ("deliver_email", ids[1]), ("deliver_sms", ids[2])]
    )


def test_nothing_to_nudge_is_no_mistake(queues: Queues) -> None:
    tasks.nudge_messages({})
    tasks.nudge_messages({"email": []})

    assert queues.waiting() == []


def test_a_rollback_nudges_nobody(queues: Queues) -> None:
    with transaction.atomic():
        tasks.nudge_messages({"email": [outbox.enqueue(an_email())]})
        transaction.set_rollback(True)

    assert queues.waiting() == []


def test_the_sweeper_nudges_only_what_was_nudged_in_vain(queues: Queues) -> None:
    forgotten, _fresh, dead = (a_message(dedupe_key=f"document:{number}") for number in range(3))
    text = queued(a_text())
    now_due(forgotten, since=LONG_SINCE)
    now_due(text, since=LONG_SINCE)
    models.Message.objects.filter(pk=dead.pk).update(state="failed", due_at=None)

    tasks.sweep_messages()

    assert queues.waiting() == [("deliver_email", forgotten.pk), ("deliver_sms", text.pk)]


def test_a_queue_that_is_long_already_is_not_made_longer(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    now_due(a_message(), since=LONG_SINCE)
    monkeypatch.setattr(celery, "MOST_SWEPT", 0)

    tasks.sweep_messages()

    assert queues.waiting() == []


def test_a_long_queue_of_one_channel_leaves_the_other_to_be_swept(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celery, "MOST_SWEPT", 3)
    texts = [queued(a_text(dedupe_key=f"text:{number}")) for number in range(5)]
    for text in texts:
        now_due(text, since=2 * LONG_SINCE)
    email = a_message()
    now_due(email, since=LONG_SINCE)

    tasks.sweep_messages()
    tasks.sweep_messages()

    assert queues.waiting() == [
        ("deliver_email", email.pk),
        ("deliver_email", email.pk),
        *(("deliver_sms", text.pk) for text in texts[:3]),
    ]
