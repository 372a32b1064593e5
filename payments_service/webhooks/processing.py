"""Runs what a kept event means, which `handlers` says, once; returns what has become due after it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import structlog

from payments_service.webhooks import handlers
from payments_service.webhooks.models import StripeEvent
from servicekit import claims
from servicekit.failures import TryLater

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
State = StripeEvent.State


def process(event_id: int, *, now: datetime) -> handlers.Due:
    """Do what the event asks for; what has become due is empty when another worker has it or it means nothing to us.

    A crash is kept on the row, which rests and is tried again, and so does an event that needs what isn't there yet; it
    is marked as processed only after its work has been committed.
    """
    event = claims.claim(StripeEvent.objects.all(), event_id, lease=LEASE)
    if event is None:
        return handlers.NOTHING
    with claims.postponed_on_crash(event, state=State.FAILED):
        handle = handlers.HANDLERS.get(event.type)
        try:
            due = handle(json.loads(event.body), now) if handle else None
        except TryLater as failure:
            claims.postpone(event, error=failure.code, state=State.FAILED)
            log.info("event_waits", stripe_event=event.stripe_id, type=event.type, code=failure.code)
            return handlers.NOTHING
        state = State.IGNORED if due is None else State.PROCESSED
        claims.settle(event, state=state, processed_at=now)
    log.info("event_handled", stripe_event=event.stripe_id, type=event.type, state=str(state))
    return due or handlers.NOTHING
