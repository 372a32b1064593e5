"""How often one link may be used, counted in Redis over all web processes; while Redis is away nobody is limited."""

from __future__ import annotations

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

LOOKS, DEEDS = (60, 60), (30, 3600)
"""How many GETs and how many POSTs one link is good for, and in how many seconds."""


def is_used_up(link: str, *, deed: bool) -> bool:
    """Count one use of a link; whether it was one too many. `link` is an opaque name."""
    most, seconds = DEEDS if deed else LOOKS
    key = f"link:{'deed' if deed else 'look'}:{link}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key) > most
    except ValueError:  # it expired in between: a new count begins with the next use
        return False
    except RedisError:
        log.warning("rate_not_counted", hint="Redis is away")
        return False
