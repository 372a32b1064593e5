"""The web process: `gunicorn visits_service.config.wsgi`."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from servicekit import chunks, tracing

tracing.start()  # before Django reads which middleware there is
application = chunks.measured(get_wsgi_application(), largest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
