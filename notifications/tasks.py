"""The doors through which workers and Beat come in; each opens onto `delivery` or `outbox`."""

from __future__ import annotations

from celery import shared_task

from notifications import delivery, outbox
from servicekit.celery import sweep


@shared_task(name="notifications.deliver_message", soft_time_limit=delivery.SOFT_LIMIT, time_limit=delivery.HARD_LIMIT)
def deliver_message(*, message_id: int, **_: object) -> None:
    """Try to send one message."""
    delivery.deliver(message_id)


@shared_task(name="notifications.sweep_messages", soft_time_limit=20, time_limit=30)
def sweep_messages(**_: object) -> None:
    """Nudge what is due and was nudged in vain, or is due again."""
    sweep(deliver_message, lambda most: outbox.due(limit=most), argument="message_id")
