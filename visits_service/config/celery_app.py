"""The Celery application of visits_service; queues, routes and Beat's schedule stand in settings."""

from __future__ import annotations

from servicekit import celery

app = celery.make_app("visits", settings_module="visits_service.config.settings")
