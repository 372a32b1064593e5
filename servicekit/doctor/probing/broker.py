"""Asks Redis what it is set to, what waits in the queues, and when a beat was last heard."""

from __future__ import annotations

import socket
import time
from collections import Counter

import redis
from celery import current_app
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from servicekit import health, heartbeat, metrics
from servicekit.doctor.judging.broker import SLOW, Broker, Lanes, Pulse

PATIENCE_SECONDS = 3.0
"""For workers to answer, all of them; asked once more, they have twice as long: a busy machine is no missing worker."""
REDIS_SECONDS = 4.0


def look() -> Broker:
    """From INFO alone, as providers of Redis refuse CONFIG."""
    try:
        info = client().info()
    except redis.RedisError as error:
        slow = isinstance(error, redis.TimeoutError) and is_there()
        return Broker(trouble=SLOW if slow else type(error).__name__)
    return Broker(
        version=str(info.get("redis_version", "")),
        append_only=bool(info.get("aof_enabled")),
        policy=str(info.get("maxmemory_policy", "noeviction")),
        maxmemory=int(info.get("maxmemory", 0)),
    )


def client() -> redis.Redis:
    """One that waits longer than who serves people may."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def is_there() -> bool:
    """Whether somebody takes a connection at that address, though nobody says a word there."""
    about = client().connection_pool.connection_kwargs
    try:
        with socket.create_connection((about["host"], about["port"]), REDIS_SECONDS):
            return True
    except (OSError, KeyError):
        return False


def pulse() -> Pulse:
    """When a worker last heard Beat, and what waits."""
    sweeps = settings.CELERY["task_default_queue"]
    every = settings.BEAT["servicekit.heartbeat"]
    return Pulse(heartbeat.age(), metrics.queue_depths(), sweeps=sweeps, every=every, service=settings.SERVICE)


def lanes() -> Lanes:
    """Ask every worker which queues it listens to; those that are alone in a lane answer for theirs."""
    queues = metrics.queue_depths()
    if not queues:
        return Lanes(None, settings.SERVICE)
    heard = listening(PATIENCE_SECONDS)
    if any(queue not in heard for queue in queues):
        heard |= listening(2 * PATIENCE_SECONDS)
    return Lanes({queue: heard[queue] for queue in queues}, settings.SERVICE)


def listening(seconds: float) -> Counter[str]:
    """How many workers have said in that time that they take from each queue."""
    answers = current_app.control.inspect(timeout=seconds).active_queues() or {}
    return Counter(queue["name"] for taken in answers.values() for queue in taken)


def clock_skew() -> float | None:
    """How far our clock is ahead of Redis's, in seconds; None while it is away."""
    asked = time.time()
    try:
        seconds, microseconds = health.broker(settings.REDIS_URL).time()
    except redis.RedisError:
        return None
    return (asked + time.time()) / 2 - (seconds + microseconds / 1_000_000)
