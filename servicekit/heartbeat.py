"""Beat's pulse: a task that asks for nothing but to be heard. When it last was, is kept in Redis for whoever watches.

One beat that is heard proves three parts at once: Beat sends, the broker carries, a worker works.
"""

from __future__ import annotations

import time

import requests
import structlog
from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from redis import RedisError

log = structlog.get_logger(__name__)

PING_SECONDS = 5.0
KEY = "heartbeat"


@shared_task(name="servicekit.heartbeat", soft_time_limit=15, time_limit=20)
def heartbeat(**_: object) -> None:
    """Write down that this was heard, and tell the watchdog that rings when it hears nothing any more."""
    cache.set(KEY, time.time(), timeout=None)
    if settings.BEAT_PING_URL:
        ping(settings.BEAT_PING_URL)


def ping(address: str) -> None:
    """Tell a dead-man's switch that Beat is alive. Its address is a secret, so no failure quotes it."""
    try:
        requests.get(address, timeout=PING_SECONDS).raise_for_status()
    except requests.RequestException as failure:
        log.warning("beat_ping_failed", error=type(failure).__name__)


def age() -> float | None:
    """Seconds since a beat was last heard; None when none ever was, or while Redis is away or was emptied."""
    try:
        heard = cache.get(KEY)
    except RedisError:
        return None
    return max(time.time() - heard, 0.0) if heard else None
