"""Asks Redis what it is set to, what waits in the queues, and when a beat was last heard."""

from __future__ import annotations

import redis
from django.conf import settings

from payments_service.operating.doctor.judging.broker import Broker, Pulse
from servicekit import health, heartbeat, metrics


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
    return Pulse(heartbeat.age(), metrics.queue_depths(), sweeps=sweeps, every=settings.BEAT["servicekit.heartbeat"])
