"""The door through which Beat comes in."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from privacy import purging

RUN_SECONDS = 60.0
"""How long one run goes on; the next one takes up where it stopped."""


@shared_task(name="privacy.sweep_overdue", soft_time_limit=120, time_limit=150)
def sweep_overdue(**_: object) -> None:
    """Forget what is overdue, once a day, some of it each time until all is done."""
    purging.purge(now=timezone.now(), by="beat", seconds=RUN_SECONDS)
