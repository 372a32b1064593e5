"""The door through which Beat comes in; it opens onto `slices`."""

from __future__ import annotations

import functools

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from payments_service.reconciling import slices
from payments_service.webhooks.tasks import process_event
from servicekit.celery import nudge, nudge_all
from servicekit.nudging import Nudge

log = structlog.get_logger(__name__)

SLICE_SECONDS = 20.0


@shared_task(name="reconciling.sweep_stripe", soft_time_limit=110, time_limit=120)
def sweep_stripe(**_: object) -> None:
    """Compare with Stripe for a while, if that is due; what has come in is nudged, and so is the next slice."""
    if not settings.STRIPE_API_KEY:
        say_once()
        return
    done = slices.go_on(now=timezone.now(), seconds=SLICE_SECONDS)
    nudge_all(*(Nudge(process_event, {"event_id": event_id}) for event_id in done.event_ids))
    if done.more:
        nudge(sweep_stripe)


@functools.cache
def say_once() -> None:
    """Once in the life of a process, why nothing is compared."""
    log.info("not_reconciling", hint="set STRIPE_API_KEY, and events that Stripe never delivered are found")
