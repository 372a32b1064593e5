"""Forgets what was written and to whom, and keeps that it was: key, channel, state, attempts, instants.

The dedupe key stays, so nothing is sent a second time. What is queued is never forgotten: withdraw it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from notifications.models import Message, State, TrackingEvent

TEXTS: dict[str, Any] = {"subject": "", "text": "", "html": "", "headers": [], "attachments": []}
ADDRESSES = {"to": "", "to_name": ""}


def overdue_texts(before: datetime) -> QuerySet[Message]:
    """Settled messages from before then that still say something."""
    return Message.objects.filter(created_at__lt=before, text__gt="").exclude(state=State.QUEUED)


def overdue_addresses(before: datetime) -> QuerySet[Message]:
    """Settled messages from before then that still say where they went."""
    return Message.objects.filter(created_at__lt=before, to__gt="").exclude(state=State.QUEUED)


def overdue_reports(before: datetime) -> QuerySet[TrackingEvent]:
    """What providers reported before then of messages of ours; of strangers' `tracking` forgets by itself."""
    return TrackingEvent.objects.filter(received_at__lt=before, message__isnull=False)


def purge_texts(*, before: datetime, limit: int) -> int:
    """Forget what the oldest of these say; how many."""
    return emptied(overdue_texts(before), limit=limit, **TEXTS)


def purge_addresses(*, before: datetime, limit: int) -> int:
    """Forget where the oldest of these went, and with it what they said; how many."""
    return emptied(overdue_addresses(before), limit=limit, **TEXTS, **ADDRESSES)


def purge_reports(*, before: datetime, limit: int) -> int:
    """Drop the oldest of these; how many. Their messages keep the state that they led to."""
    oldest = overdue_reports(before).order_by("received_at").values("pk")[:limit]
    dropped, _ = TrackingEvent.objects.filter(pk__in=oldest).delete()
    return dropped


def emptied(messages: QuerySet[Message], *, limit: int, **columns: Any) -> int:
    """Empty these columns of the oldest messages; how many there were."""
    oldest = list(messages.order_by("created_at").values_list("pk", flat=True)[:limit])
    return Message.objects.filter(pk__in=oldest).exclude(state=State.QUEUED).update(**columns)


def forget(message_ids: Iterable[int]) -> int:
    """Forget what these said and where they went; how many of them still knew. None of them may be queued."""
    rows = Message.objects.filter(pk__in=list(message_ids)).exclude(text="", to="")
    return rows.exclude(state=State.QUEUED).update(**TEXTS, **ADDRESSES)
