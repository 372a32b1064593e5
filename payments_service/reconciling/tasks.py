"""The door through which Beat comes in; it opens onto `slices`."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from payments_service.reconciling import slices
from payments_service.reconciling.runs import Arrived
from payments_service.webhooks.tasks import process_event
from servicekit import correlation
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
    nudge_arrived(done.arrived)
    if done.more:
        nudge(sweep_stripe)


def nudge_arrived(arrived: Iterable[Arrived]) -> None:
    """Have these processed, each under its own id in the log, as if Stripe had posted it."""
    about = correlation.carried()
    nudge_all(
        *(
            Nudge(process_event, {"event_id": each.event_id}, carried=about | {correlation.KEY: each.stripe_id})
            for each in arrived
        )
    )


@functools.cache
def say_once() -> None:
    """Once in the life of a process, why nothing is compared."""
    log.info("not_reconciling", hint="set STRIPE_API_KEY, and events that Stripe never delivered are found")
