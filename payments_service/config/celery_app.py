"""The Celery application of payments_service; queues, routes and Beat's schedule stand in settings."""

from __future__ import annotations

from servicekit import celery

app = celery.make_app("payments", settings_module="payments_service.config.settings")
