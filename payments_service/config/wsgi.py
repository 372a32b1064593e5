"""The web process: `gunicorn payments_service.config.wsgi`."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from servicekit import bypass, chunks, tracing

tracing.start()  # before Django reads which middleware there is
application = chunks.measured(
    bypass.around(get_wsgi_application(), paths=["/webhooks/stripe/", "/webhooks/stripe"]),
    largest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
)
