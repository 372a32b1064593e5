"""Runs what a kept event means, which `handlers` says, once; returns what has become due after it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from payments_service.webhooks import forgetting, handlers, ignoring, obstacles, thin
from payments_service.webhooks.models import StripeEvent
from servicekit import claims
from servicekit.failures import GiveUp, TryLater

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
State = StripeEvent.State


def process(event_id: int, *, now: datetime) -> handlers.Due:
    """Do what the event asks for; what has become due is empty when another worker has it or it means nothing to us.

    A crash is kept on the row, which rests and is tried again, and so does an event that needs what isn't there yet; it
    is marked as processed only after its work has been committed. What will never work is given up: a person looks.
    """
    event = claims.claim(StripeEvent, event_id, lease=LEASE)
    if event is None:
        return handlers.NOTHING
    with claims.postponed_on_crash(event, state=State.FAILED):
        handle = handler_of(event)
        if handle is None:
            with transaction.atomic():
                ignoring.ignore([event], now=now)
            return unhandled("event_ignored", event)
        try:
            due = handle(told(event, now=now), now)
        except TryLater as failure:
            claims.postpone(event, error=failure.code, state=State.FAILED)
            return unhandled("event_waits", event, code=failure.code, hint=obstacles.hint(failure.code))
        except GiveUp as failure:
            claims.settle(event, state=State.GIVEN_UP, last_error=failure.code[:100])
            return unhandled("event_given_up", event, code=failure.code, hint=obstacles.hint(failure.code))
        settle(event, forget=due.forget, now=now)
    log.info("event_handled", stripe_event=event.stripe_id, type=event.type)
    return due


def handler_of(event: StripeEvent) -> handlers.Handler | None:
    """What a type of event does, in whichever of Stripe's two styles it came; None when it means nothing to us."""
    return handlers.HANDLERS.get(thin.meaning(event))


def told(event: StripeEvent, *, now: datetime) -> handlers.Event:
    """What a claimed event says; the object of a thin one is fetched first, and so is that of one without its text."""
    without_object = thin.is_thin(event) or event.purged_at
    said: handlers.Event = thin.fetched(event, now=now) if without_object else json.loads(event.body)
    return said


def settle(event: StripeEvent, *, forget: bool, now: datetime) -> None:
    """Let a handled event go. What tells of a forgotten person goes in the same transaction, no sooner.

    Until then a crash, or a handler that has to wait, leaves the text to the next attempt.
    """
    if not forget:
        # its facts are kept: it may be done again
        claims.settle(event, lasting=False, state=State.PROCESSED, processed_at=now)
        return
    with transaction.atomic():
        if claims.settle(event, state=State.PROCESSED, processed_at=now):
            forgetting.forget([event])


def unhandled(what: str, event: StripeEvent, **why: str) -> handlers.Due:
    """Say what became of an event that wasn't handled; nothing has become due."""
    log.info(what, stripe_event=event.stripe_id, type=event.type, **why)
    return handlers.NOTHING
