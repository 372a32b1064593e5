"""The door through which Beat comes in."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from visits_service.visits import services


@shared_task(name="visits.finish_past", soft_time_limit=50, time_limit=60)
def finish_past(**_: object) -> None:
    """Call visits done that are over."""
    services.finish_past(now=timezone.now())
