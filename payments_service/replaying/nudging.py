"""What both doors do after a replay: tell workers of the rows that want them."""

from __future__ import annotations

from collections.abc import Iterable

from notifications.tasks import deliver_email
from payments_service.receipting.tasks import document_movement, issue_receipt, render_receipt
from payments_service.replaying.steps import Due
from payments_service.webhooks.tasks import process_event
from servicekit.celery import nudge_all
from servicekit.nudging import Nudge


def tell(due: Iterable[Due]) -> None:
    """Nudge, all at once."""
    nudge_all(*(nudge for each in due for nudge in nudges(each)))


def nudges(due: Due) -> list[Nudge]:
    """One for each row."""
    return [
        *(Nudge(process_event, {"event_id": pk}) for pk in due.events),
        *(Nudge(issue_receipt, {"payment_id": pk}) for pk in due.payments),
        *(Nudge(document_movement, {"movement_id": pk}) for pk in due.movements),
        *(Nudge(render_receipt, {"receipt_id": pk}) for pk in due.receipts),
        *(Nudge(deliver_email, {"message_id": pk}) for pk in due.messages),
    ]
