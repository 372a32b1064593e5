"""Asks Redis what it is set to, what waits in the queues, and when a beat was last heard."""

from __future__ import annotations

import time
from collections import Counter

import redis
from celery import current_app
from django.conf import settings

from servicekit import health, heartbeat, metrics
from servicekit.doctor.judging.broker import Broker, Lanes, Pulse

PATIENCE_SECONDS = 3.0


def look() -> Broker:
    """From INFO alone, as providers of Redis refuse CONFIG."""
    try:
        info = health.broker(settings.REDIS_URL).info()
    except redis.RedisError as error:
        return Broker(trouble=type(error).__name__)
    return Broker(
        version=str(info.get("redis_version", "")),
        append_only=bool(info.get("aof_enabled")),
        policy=str(info.get("maxmemory_policy", "noeviction")),
        maxmemory=int(info.get("maxmemory", 0)),
    )


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
    answers = current_app.control.inspect(timeout=PATIENCE_SECONDS).active_queues() or {}
    listening = Counter(queue["name"] for taken in answers.values() for queue in taken)
    return Lanes({queue: listening[queue] for queue in queues}, settings.SERVICE)


def clock_skew() -> float | None:
    """How far our clock is ahead of Redis's, in seconds; None while it is away."""
    asked = time.time()
    try:
        seconds, microseconds = health.broker(settings.REDIS_URL).time()
    except redis.RedisError:
        return None
    return (asked + time.time()) / 2 - (seconds + microseconds / 1_000_000)
