"""Settles events that mean nothing to us, hundreds at a time: what nothing is done about needs no task of its own.

Stripe tells of a payment in events that nobody here uses, and of much else. They are kept, and nobody is nudged about
them; the sweeper takes all that have come in since its last round.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from payments_service.webhooks import forgetting, handlers
from payments_service.webhooks.models import StripeEvent

log = structlog.get_logger(__name__)

AT_ONCE, ROUNDS = 500, 20
"""Events of a transaction, and transactions of a sweep, at most."""


def sweep(*, now: datetime) -> int:
    """Settle what has come in; how many events. Those of somebody who was erased lose their text with it."""
    settled = 0
    for _ in range(ROUNDS):
        with transaction.atomic():
            events = list(waiting().select_for_update(skip_locked=True).order_by("due_at")[:AT_ONCE])
            ignore(events, now=now)
        settled += len(events)
        if len(events) < AT_ONCE:
            break
    if settled:
        log.info("events_ignored", events=settled)
    return settled


def waiting() -> QuerySet[StripeEvent]:
    """Events that are due, of types that no handler knows in either of Stripe's styles."""
    return StripeEvent.objects.filter(due_at__lte=Now()).exclude(type__in=handlers.KNOWN)


def ignore(events: Sequence[StripeEvent], *, now: datetime) -> None:
    """Let these go, in as many statements for one as for many. Call inside a transaction."""
    forgetting.forget(forgetting.about_forgotten(events))
    mine = StripeEvent.objects.filter(pk__in=[event.pk for event in events], due_at__isnull=False)
    mine.update(state=StripeEvent.State.IGNORED, processed_at=now, due_at=None, last_error="")
