"""Keeps a verified event before anybody judges it; the view nudges processing afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import InterfaceError, OperationalError, connection

from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.signature import VerifiedEvent
from servicekit import claims

# Written out, since this is the one statement that Stripe waits for: Django's model layer doubles its cost, and would
# leave an error in PostgreSQL's log for each repeat. A new column of the model has to be written here too.
INSERT = """
    INSERT INTO webhooks_stripeevent
        (stripe_id, type, object, created, livemode, account, api_version, body, received_at,
         state, due_at, attempts, last_error)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'received', CURRENT_TIMESTAMP, 0, '')
    ON CONFLICT (stripe_id) DO NOTHING
    RETURNING id
"""


def record(event: VerifiedEvent, *, received_at: datetime) -> int | None:
    """The id of a row to process: the event's new one, or its old one if processing it had failed; None for a repeat.

    The unique constraint decides, not a check before it: the same event may come twice at the same moment.
    One INSERT and no transaction around it, since Stripe is waiting.
    """
    written = connection.ops.adapt_datetimefield_value
    values = (
        event.stripe_id,
        event.type,
        event.object,
        written(datetime.fromtimestamp(event.created, UTC)),
        event.livemode,
        event.account,
        event.api_version,
        event.body,
        written(received_at),
    )
    inserted = insert_surely(values)
    return inserted if inserted is not None else revived(event.stripe_id)


def insert_surely(values: Sequence[str | bool | None]) -> int | None:
    """As `insert`, and once more on a fresh connection if the kept-open one has died, as when PostgreSQL restarts."""
    kept_open = connection.connection is not None and not connection.in_atomic_block
    try:
        return insert(values)
    except (OperationalError, InterfaceError):
        if not kept_open:
            raise
    connection.close()
    return insert(values)


def insert(values: Sequence[str | bool | None]) -> int | None:
    """The new row's id; None when the event is there already."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        row = cursor.fetchone()
    return row[0] if row else None


def revived(stripe_id: str) -> int | None:
    """The id of a kept event that failed or was given up, made due again; None for one that needs nothing."""
    kept = StripeEvent.objects.only("pk", "state").get(stripe_id=stripe_id)
    failed = StripeEvent.objects.filter(pk=kept.pk, state__in=StripeEvent.UNFINISHED)
    return kept.pk if claims.wake(failed) else None


def due(*, limit: int, overdue: timedelta) -> list[int]:
    """Ids of events that should have been processed that long ago, the longest waiting first."""
    return claims.due(StripeEvent.objects.all(), limit=limit, overdue=overdue)
