"""Is the process alive, and can the service do its work? Views for `/healthz` and `/readyz` of either service."""

from __future__ import annotations

import structlog
from celery import Celery, current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; the body says which doesn't."""
    parts = {"database": database_answers(), "broker": broker_answers(current_app)}
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


def broker_answers(app: Celery) -> bool:
    """Whether Redis answers within its connect timeout."""
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            broker.default_channel.client.ping()
    except (OperationalError, *app.connection_for_write().recoverable_connection_errors):
        log.warning("broker_away")
        return False
    return True
