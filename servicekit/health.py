"""Is the process alive, and can the service do its work? Views for `/healthz` and `/readyz` of either service."""

from __future__ import annotations

import functools

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; the body says which doesn't."""
    parts = {"database": database_answers(), "broker": broker_answers()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def database_answers() -> bool:
    """Whether a statement comes back from the database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("database_away")
        return False
    return True


def broker_answers() -> bool:
    """Whether Redis answers within a second."""
    try:
        return bool(broker(settings.REDIS_URL).ping())
    except redis.RedisError:
        log.warning("broker_away")
        return False


@functools.cache
def broker(url: str) -> redis.Redis:
    """A connection that fails fast, kept by each process."""
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
