"""How nudges reach the broker: straight away, or from a thread of a web process, so that no request waits on Redis.

Rows are the truth and sweepers read them, so whatever goes wrong here costs delay and nothing else. `servicekit.celery`
hands nudges over after the commit; who starts a process says how it sends them (`servicekit.gunicorn`: in background).
"""

from __future__ import annotations

import functools
import json
import os
import threading
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any
from uuid import uuid4

import structlog
from celery import Task
from kombu.exceptions import OperationalError
from redis import RedisError

from servicekit import correlation

log = structlog.get_logger(__name__)

QUIET_SECONDS = 10.0
"""After the broker failed, it isn't tried for this long: nobody must wait on a dead broker again and again."""

GATHER_SECONDS = 0.1
"""The background waits this long for company: of many nudges in one round trip, each costs a fifth of the CPU."""

MOST_WAITING, MOST_AT_ONCE = 10_000, 100
FLUSH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Nudge:
    """A task and the ids of the rows that are due; `countdown` (seconds) is how long its worker should wait first.

    `carried` names what it follows from: what the thread works on that makes it.
    """

    task: Task[Any, Any]
    ids: Mapping[str, int | str]
    countdown: float = 0
    carried: Mapping[str, str] = field(default_factory=correlation.carried)


class Publisher:
    """Sends nudges while the broker answers; forgets them, for a few seconds at a time, while it doesn't."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def send(self, *nudges: Nudge) -> None:
        """Publish these in one round trip, or forget them when the broker is away: the sweepers find their rows."""
        if time.monotonic() < self.quiet_until:
            return
        try:
            publish(nudges)
        except (OperationalError, RedisError):
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning(
                "nudge_failed", task=nudges[0].task.name, hint="the broker is away; the sweepers will find the rows"
            )


def publish(nudges: Sequence[Nudge]) -> None:
    """One message per nudge, in one round trip for each queue; raises RedisError when the broker doesn't take them."""
    queues: dict[str, list[str]] = {}
    for nudge in nudges:
        queue = queue_of(nudge.task)
        queues.setdefault(queue, []).append(message(nudge, queue=queue, task_id=str(uuid4())))
    with nudges[0].task.app.producer_or_acquire() as producer, producer.channel.conn_or_acquire() as redis:
        for queue, messages in queues.items():
            redis.lpush(queue, *messages)


@functools.cache
def queue_of(task: Task[Any, Any]) -> str:
    """The queue that settings route a task to."""
    queue: str = task.app.amqp.router.route({}, task.name)["queue"].name
    return queue


def message(nudge: Nudge, *, queue: str, task_id: str) -> str:
    """What lies in Redis for a worker: Celery's protocol in kombu's envelope; time limits are the worker's to know.

    Celery's own `apply_async` costs twenty times the CPU of the message that it makes, and the web process pays for
    each event. So the message is written here: by version 2 of
    https://docs.celeryq.dev/en/stable/internals/protocol.html, and as `kombu.transport.virtual` reads it.
    """
    headers = {"lang": "py", "task": nudge.task.name, "id": task_id, "root_id": task_id, **nudge.carried}
    if nudge.countdown:
        headers["eta"] = (datetime.now(UTC) + timedelta(seconds=nudge.countdown)).isoformat()
    envelope = {
        "body": b64encode(json.dumps([[], dict(nudge.ids), {}]).encode()).decode(),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": headers,
        "properties": {
            "body_encoding": "base64",
            "correlation_id": task_id,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "delivery_mode": 2,
            "delivery_tag": task_id,
            "priority": 0,
        },
    }
    return json.dumps(envelope)


class Background:
    """Takes nudges without ever waiting and sends them from a thread, which starts with the first nudge."""

    def __init__(self, publisher: Publisher) -> None:
        self.publisher = publisher
        self.waiting: SimpleQueue[Nudge | None] = SimpleQueue()  # None: the process is about to end
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None

    def send(self, *nudges: Nudge) -> None:
        """Hand these to the thread, or forget them when thousands wait there: the sweepers find their rows."""
        self.start()
        for nudge in nudges:
            if self.waiting.qsize() < MOST_WAITING:
                self.waiting.put(nudge)

    def start(self) -> None:
        """Have a living thread; a bug that ended the last one has been printed by then."""
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="nudges", daemon=True)
                self.thread.start()

    def run(self) -> None:
        """The thread: send what has gathered, until the process is about to end."""
        ending = False
        while not ending:
            taken = self.gathered()
            ending = None in taken
            if nudges := [nudge for nudge in taken if nudge is not None]:
                self.publisher.send(*nudges)

    def gathered(self) -> list[Nudge | None]:
        """Wait for a nudge, then a moment for more."""
        taken = [self.waiting.get()]
        time.sleep(GATHER_SECONDS)
        while self.waiting.qsize() and len(taken) < MOST_AT_ONCE:
            taken.append(self.waiting.get())
        return taken

    def finish(self, *, patience: float) -> None:
        """Send what waits, for so many seconds at most; what is left then is found by the sweepers."""
        if self.thread is not None:
            self.waiting.put(None)
            self.thread.join(patience)


class Nudging:
    """How this process sends its nudges: straight away until it is told otherwise."""

    def __init__(self) -> None:
        self.publisher = Publisher()
        self.background: Background | None = None

    def send(self, *nudges: Nudge) -> None:
        """Have these sent; raises nothing for a broker that is away."""
        (self.background or self.publisher).send(*nudges)

    def go_to_background(self) -> None:
        """Send from a thread from now on; for processes whose callers must not wait."""
        self.background = Background(self.publisher)

    def forked(self) -> None:
        """In a forked child: threads don't survive a fork, and the parent sends what waited there."""
        if self.background:
            self.go_to_background()

    def finish(self) -> None:
        """Before the process ends: send what waits, within about a second."""
        if self.background:
            self.background.finish(patience=FLUSH_SECONDS)


of_this_process = Nudging()
os.register_at_fork(after_in_child=of_this_process.forked)
