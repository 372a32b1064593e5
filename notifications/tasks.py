"""The doors through which workers and Beat come in, one for each channel; each opens onto `delivery` or `outbox`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from celery import Task, shared_task

from notifications import delivery, models, outbox, tracking
from servicekit.celery import nudge_all, sweep
from servicekit.nudging import Nudge

EMAIL, SMS = delivery.PATIENCE[models.Channel.EMAIL], delivery.PATIENCE[models.Channel.SMS]


@shared_task(name="notifications.deliver_email", soft_time_limit=EMAIL.soft, time_limit=EMAIL.hard)
def deliver_email(*, message_id: int, **_: object) -> None:
    """Try to send one email."""
    delivery.deliver(message_id)


@shared_task(name="notifications.deliver_sms", soft_time_limit=SMS.soft, time_limit=SMS.hard)
def deliver_sms(*, message_id: int, **_: object) -> None:
    """Try to send one text message."""
    delivery.deliver(message_id)


DELIVER: dict[str, Task[Any, Any]] = {models.Channel.EMAIL: deliver_email, models.Channel.SMS: deliver_sms}


@shared_task(name="notifications.sweep_messages", soft_time_limit=20, time_limit=30)
def sweep_messages(**_: object) -> None:
    """Nudge what is due and was nudged in vain, or is due again; a long queue of one channel leaves the other alone."""
    sweep(deliver_email, lambda most: outbox.due(channel=models.Channel.EMAIL, limit=most), argument="message_id")
    sweep(deliver_sms, lambda most: outbox.due(channel=models.Channel.SMS, limit=most), argument="message_id")


@shared_task(name="notifications.sweep_reports", soft_time_limit=20, time_limit=30)
def sweep_reports(**_: object) -> None:
    """Forget reports that have been about nobody for long."""
    tracking.forget_strangers()


def nudge_messages(message_ids: Mapping[str, Iterable[int]]) -> None:
    """Tell workers of many messages at once, after the current transaction has committed.

    Ids by channel, as `outbox.by_channel` gives them.
    """
    nudge_all(
        *(Nudge(DELIVER[channel], {"message_id": pk}) for channel, numbers in message_ids.items() for pk in numbers)
    )
