"""The doors through which workers and Beat come in; each opens onto `processing`, `ignoring` or a selector."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications.tasks import deliver_email
from payments_service.receipting.tasks import document_movement, issue_receipt
from payments_service.webhooks import ignoring, inbox, processing
from servicekit.celery import nudge, sweep

OVERDUE = timedelta(seconds=5)


@shared_task(name="webhooks.process_event", soft_time_limit=25, time_limit=30)
def process_event(*, event_id: int, **_: object) -> None:
    """Do what one event asks for, and nudge what has become due."""
    due = processing.process(event_id, now=timezone.now())
    if due.payment_id is not None:
        nudge(issue_receipt, countdown=due.in_seconds, payment_id=due.payment_id)
    for movement_id in due.movement_ids:
        nudge(document_movement, movement_id=movement_id)
    for message_id in due.message_ids:
        nudge(deliver_email, message_id=message_id)


@shared_task(name="webhooks.sweep_events", soft_time_limit=20, time_limit=30)
def sweep_events(**_: object) -> None:
    """Settle events that mean nothing to us, and nudge others that have been due for a while."""
    try:
        ignoring.sweep(now=timezone.now())
    finally:  # whatever that stumbles over is processed alone, where it holds up nobody else
        sweep(process_event, lambda most: inbox.due(limit=most, overdue=OVERDUE), argument="event_id")
