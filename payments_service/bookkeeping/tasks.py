"""The doors through which workers and Beat come in; each opens onto `reporting`."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications.tasks import deliver_email
from payments_service.bookkeeping import reporting
from servicekit.celery import nudge, sweep

OVERDUE = timedelta(seconds=5)


@shared_task(name="bookkeeping.prove_day", soft_time_limit=540, time_limit=570)
def prove_day(*, proof_id: int, **_: object) -> None:
    """Prove one day, and have the clinic told."""
    message_id = reporting.prove(proof_id, now=timezone.now())
    if message_id is not None:
        nudge(deliver_email, message_id=message_id)


@shared_task(name="bookkeeping.sweep_proofs", soft_time_limit=20, time_limit=30)
def sweep_proofs(**_: object) -> None:
    """In the morning the day before is due; nudge it, and whatever wants to be proven once more."""
    reporting.open_days(now=timezone.now())
    sweep(prove_day, lambda most: reporting.due(limit=most, overdue=OVERDUE), argument="proof_id")
