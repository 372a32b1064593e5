"""Forgets what events said, and keeps that they came: id, type, what became of them, and which object they were about.

The row stays, so a repeat of Stripe's, or a reconciliation, finds that the event has come in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from payments_service.payments import forgetting as payments
from payments_service.webhooks import thin
from payments_service.webhooks.models import StripeEvent

State = StripeEvent.State
OVER = (State.PROCESSED, State.IGNORED)
"""What has failed, or was given up, is still work for somebody, and needs its text."""

NAMES = ("id", "payment_intent", "charge", "latest_charge", "client_reference_id")
"""Where the object of an event says what it is, and what it belongs to."""


def overdue(before: datetime) -> QuerySet[StripeEvent]:
    """Events that are over and still have their text, received before then."""
    return over(StripeEvent.objects.filter(purged_at=None, received_at__lt=before))


def purge(*, before: datetime, limit: int) -> int:
    """Forget what the oldest of these said; how many."""
    return forget(overdue(before).order_by("received_at")[:limit])


def forget(events: Iterable[StripeEvent]) -> int:
    """Forget what these said; how many."""
    rows = list(events)
    for row in rows:
        row.body = left_of(row)
        StripeEvent.objects.filter(pk=row.pk).update(body=row.body, purged_at=Now())
    return len(rows)


def about_forgotten(events: Iterable[StripeEvent]) -> list[StripeEvent]:
    """Of these the ones that are about a payment that was forgotten."""
    named = [(event, names_in(event)) for event in events]
    forgotten = payments.forgotten_among({name for _, names in named for name in names})
    return [event for event, names in named if names & forgotten]


def is_about_remembered(event: StripeEvent) -> bool:
    """Whether an event is about a payment or checkout that still knows somebody."""
    return payments.is_remembered(names_in(event))


def names_in(event: StripeEvent) -> set[str]:
    """What the object of an event calls itself, and the payment or checkout that it belongs to."""
    about = object_of(json.loads(event.body))
    named = [about[name] for name in NAMES if isinstance(about.get(name), str)]
    return {name for name in named if name and name.isprintable()}


def object_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an event brings; empty for one that brings none, or in a form that nobody expects."""
    data = body.get("data")
    about = data.get("object") if isinstance(data, Mapping) else None
    return about if isinstance(about, Mapping) else {}


def left_of(event: StripeEvent) -> str:
    """What is kept of a text: type and id of the object that it was about, where a thin event names it."""
    kind, id = named_in(event, json.loads(event.body))
    return json.dumps({"purged": True, "related_object": {"type": kind, "id": id}})


def named_in(event: StripeEvent, body: Mapping[str, Any]) -> tuple[str, str]:
    """The object that an event is about, in either style; both empty unless it is of a kind that we know."""
    if thin.is_thin(event) or event.purged_at:
        return thin.related(body)
    about = object_of(body)
    return thin.related({"related_object": {"type": about.get("object"), "id": about.get("id")}})


def over(events: QuerySet[StripeEvent]) -> QuerySet[StripeEvent]:
    """Of these the ones that nothing is to be done about any more."""
    return events.filter(state__in=OVER, due_at=None)


def not_over(events: QuerySet[StripeEvent]) -> QuerySet[StripeEvent]:
    """Of these the ones that are worked on, or wait for somebody."""
    return events.exclude(state__in=OVER, due_at=None)


def mentioning(words: Iterable[str]) -> QuerySet[StripeEvent]:
    """Events, of any type and in any state, one of whose values is one of these words, in capitals or not."""
    holds = [Q(body__icontains=f'"{word}"') for word in words if word]
    with_text = StripeEvent.objects.filter(purged_at=None)
    return with_text.filter(reduce(or_, holds)) if holds else with_text.none()
