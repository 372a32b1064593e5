"""Keeps a verified event before anybody judges it; the view nudges processing afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import IntegrityError
from django.db.models.functions import Now

from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.signature import VerifiedEvent
from servicekit import claims


def record(event: VerifiedEvent, *, received_at: datetime) -> int | None:
    """The id of a row to process: the event's new one, or its old one if processing it had failed; None for a repeat.

    The unique constraint decides, not a check before it: the same event may come twice at the same moment.
    One INSERT and no transaction around it, since Stripe is waiting.
    """
    row = StripeEvent(
        stripe_id=event.stripe_id,
        type=event.type,
        object=event.object,
        created=datetime.fromtimestamp(event.created, UTC),
        livemode=event.livemode,
        account=event.account,
        api_version=event.api_version,
        body=event.body,
        received_at=received_at,
        due_at=Now(),
    )
    try:
        row.save(force_insert=True)
    except IntegrityError:
        return revived(event.stripe_id)
    return row.pk


def revived(stripe_id: str) -> int | None:
    """The id of a kept event whose processing has failed, made due again; None for one that needs nothing.

    Raises StripeEvent.DoesNotExist when there is no such event: then the INSERT was refused for another reason.
    """
    kept = StripeEvent.objects.only("pk", "state").get(stripe_id=stripe_id)
    failed = StripeEvent.objects.filter(pk=kept.pk, state=StripeEvent.State.FAILED)
    return kept.pk if claims.wake(failed) else None
