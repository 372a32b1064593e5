"""Visits are planned, their reminders go out."""

from visits_service.config.celery_app import app as celery_app

__all__ = ["celery_app"]
