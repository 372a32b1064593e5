"""Where a message enters: kept once, rendered, due at once. The caller's door nudges `delivery` after commit."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from notifications import messages, models
from servicekit import claims, compiled

NUDGE_GRACE = timedelta(seconds=10)
"""How long a due row is left to the nudge that it already had, before the sweeper sends another."""


def enqueue(message: messages.Message) -> int:
    """Keep one message for delivery and return its id; a key that is known already keeps its first content.

    Works inside the caller's transaction, and then stands or falls with it.
    """
    row = row_for(message, now=Now())
    inserted = compiled.Insert(row, may_be_there=True).run()
    return inserted or models.Message.objects.values_list("pk", flat=True).get(dedupe_key=row.dedupe_key)


def enqueue_all(queued: Sequence[messages.Message]) -> list[int]:
    """Keep many messages of any kind at once, thousands at a time; their ids, in the order given."""
    # One instant for all: with plain values PostgreSQL takes each column as one array, at a tenth of the time.
    now = claims.clock(models.Message.objects.all()) if len(queued) > 1 else Now()
    rows = [row_for(message, now=now) for message in queued]
    # The unique constraint decides, also between two transactions at once: the later one waits for the earlier.
    # In the order of their keys, so that two batches with the same keys don't wait for each other in a circle.
    models.Message.objects.bulk_create(sorted(rows, key=attrgetter("dedupe_key")), ignore_conflicts=True)
    keys = [row.dedupe_key for row in rows]
    kept = models.Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "pk")
    ids = dict(kept)
    return [ids[key] for key in keys]


def row_for(message: messages.Message, *, now: datetime | Now) -> models.Message:
    """The row that a message becomes, due at once."""
    row = email_row(message) if isinstance(message, messages.Email) else sms_row(message)
    row.channel = channel_of(message)
    row.due_at = row.created_at = now
    return row


def email_row(email: messages.Email) -> models.Message:
    """The sender is frozen with an email, and so is its Message-ID."""
    values: dict[str, Any] = {name: getattr(email, name) for name in models.EMAIL_FIELDS}
    values["from_email"] = email.from_email or settings.DEFAULT_FROM_EMAIL
    values["attachments"] = [asdict(attachment) for attachment in email.attachments]
    values["headers"] = [list(header) for header in email.headers]
    values["message_id"] = f"<{uuid.uuid4()}@{messages.domain(values['from_email'])}>"
    return models.Message(**values)


def sms_row(sms: messages.Sms) -> models.Message:
    """The provider's configured number is the sender, and the row's own number is the name that travels."""
    values: dict[str, Any] = {name: getattr(sms, name) for name in models.SMS_FIELDS}
    return models.Message(message_id=f"<{uuid.uuid4()}@sms.invalid>", **values)


def withdraw(message_ids: Collection[int]) -> list[int]:
    """Take back what is queued of these, in the caller's transaction; the ids of what will not go out.

    What a worker has in hand can't be called back and is left, as is what went out; if its attempt fails there is no
    other. Where an answer was lost, a withdrawn message may have gone out before: `possible_double` says so.
    """
    with transaction.atomic():
        # First the locks, then the look at the attempts: a claim that had begun is finished by then, and none begins.
        # What has a provider's id was accepted, by an answer that its worker didn't live to settle.
        queued = models.Message.objects.filter(pk__in=message_ids, state=models.State.QUEUED, provider_message_id="")
        waiting = list(queued.select_for_update().order_by("pk").values_list("pk", flat=True))
        in_hand = set(unfinished(waiting).filter(message__due_at__gt=Now()).values_list("message_id", flat=True))
        withdrawn = [pk for pk in waiting if pk not in in_hand]
        take_back(withdrawn)
        models.Message.objects.filter(pk__in=in_hand).update(useful_until=Now())
    return withdrawn


def take_back(ids: Sequence[int]) -> None:
    """Withdraw these; an attempt whose worker died leaves a doubt."""
    rows = models.Message.objects.filter(pk__in=ids)
    rows.filter(pk__in=unfinished(ids).values("message")).update(possible_double=True)
    unfinished(ids).update(outcome=models.Outcome.UNKNOWN, finished_at=Now())
    rows.update(state=models.State.WITHDRAWN, due_at=None)


def unfinished(ids: Sequence[int]) -> QuerySet[models.Attempt]:
    """The attempts of these messages that nobody has written the end of."""
    return models.Attempt.objects.filter(message__in=ids, outcome=models.Outcome.UNDERWAY)


def by_channel(queued: Sequence[messages.Message], ids: Sequence[int]) -> dict[str, list[int]]:
    """What `enqueue_all` made of these, sorted for `tasks.nudge_messages`."""
    sorted_ids: dict[str, list[int]] = defaultdict(list)
    for message, pk in zip(queued, ids, strict=True):
        sorted_ids[channel_of(message)].append(pk)
    return dict(sorted_ids)


def channel_of(message: messages.Message) -> models.Channel:
    """The way that a message goes out."""
    return models.Channel.EMAIL if isinstance(message, messages.Email) else models.Channel.SMS


def due(*, channel: str, limit: int, overdue: timedelta = NUDGE_GRACE) -> list[int]:
    """Ids of a channel's messages that nobody has worked on although due for `overdue`, the oldest first."""
    return claims.due(models.Message.objects.filter(channel=channel), limit=limit, overdue=overdue)
