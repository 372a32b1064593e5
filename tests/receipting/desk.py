"""What the front desk meets: documents whose emails came to nothing, one way or the other."""

from __future__ import annotations

from notifications import models, tracking
from notifications.models import Kind, Message, State
from receipts.models import Receipt
from tests.builders import a_receipt

PATIENT = "ada@example.com"


def newest(receipt: Receipt) -> Message:
    """The newest email of a document."""
    message = Message.objects.filter(about=receipt.number).order_by("-pk").first()
    assert message is not None
    return message


def taken(receipt: Receipt) -> Message:
    """Its newest email, accepted by the provider."""
    message = newest(receipt)
    known = Message.objects.filter(pk=message.pk)
    known.update(state="sent", due_at=None, provider_message_id=f"provider-{message.pk}")
    return newest(receipt)


def reported(receipt: Receipt, kind: Kind, *, code: str = "") -> Message:
    """Its newest email, accepted and then reported on."""
    message = newest(receipt)
    if message.state == State.QUEUED:
        message = taken(receipt)
    tracking.record(
        tracking.Update(
            event_id=f"{kind}:{message.pk}", state=kind, provider_message_id=message.provider_message_id, code=code
        )
    )
    return newest(receipt)


def a_bounced_receipt(*, code: str = "invalid", email: str = PATIENT) -> Receipt:
    """A receipt that came back."""
    receipt = a_receipt(email=email)
    reported(receipt, Kind.BOUNCED, code=code)
    return receipt


def refused(receipt: Receipt, *, code: str = "recipient_refused", possible_double: bool = False) -> None:
    """Its newest email is dead."""
    known = models.Message.objects.filter(pk=newest(receipt).pk)
    known.update(state="failed", due_at=None, last_error=code, possible_double=possible_double)
