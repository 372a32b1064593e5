"""Runs what a kept event means, which `handlers` says, once; returns what has become due after it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from payments_service.webhooks import forgetting, handlers, obstacles, thin
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
    event = claims.claim(StripeEvent.objects.all(), event_id, lease=LEASE)
    if event is None:
        return handlers.NOTHING
    with claims.postponed_on_crash(event, state=State.FAILED):
        try:
            due = handled(event, now=now)
        except TryLater as failure:
            claims.postpone(event, error=failure.code, state=State.FAILED)
            return unhandled("event_waits", event, code=failure.code)
        except GiveUp as failure:
            claims.settle(event, state=State.GIVEN_UP, last_error=failure.code[:100])
            return unhandled("event_given_up", event, code=failure.code)
        state = settled(event, due, now=now)
    log.info("event_handled", stripe_event=event.stripe_id, type=event.type, state=str(state))
    return due or handlers.NOTHING


def handled(event: StripeEvent, *, now: datetime) -> handlers.Due | None:
    """Run the handler of a claimed event; None when its type has none.

    The object of a thin event is fetched first, and so is that of one whose text is gone.
    """
    handle = handler_of(event)
    if handle is None:
        return None
    without_object = thin.is_thin(event) or event.purged_at
    return handle(thin.fetched(event, now=now) if without_object else json.loads(event.body), now)


def settled(event: StripeEvent, due: handlers.Due | None, *, now: datetime) -> State:
    """Let a handled event go; its new state. What tells of a forgotten person goes in the same transaction, no sooner.

    Until then a crash, or a handler that has to wait, leaves the text to the next attempt.
    """
    state = State.IGNORED if due is None else State.PROCESSED
    if not (forgetting.is_about_forgotten(event) if due is None else due.forget):
        claims.settle(event, lasting=False, state=state, processed_at=now)  # its facts are kept: it may be done again
        return state
    with transaction.atomic():
        if claims.settle(event, state=state, processed_at=now):
            forgetting.forget([event])
    return state


def handler_of(event: StripeEvent) -> handlers.Handler | None:
    """What a type of event does, in whichever of Stripe's two styles it came; None when it means nothing to us."""
    return handlers.HANDLERS.get(thin.meaning(event))


def unhandled(what: str, event: StripeEvent, *, code: str) -> handlers.Due:
    """Say why an event wasn't handled; nothing has become due."""
    log.info(what, stripe_event=event.stripe_id, type=event.type, code=code, hint=obstacles.hint(code))
    return handlers.NOTHING
