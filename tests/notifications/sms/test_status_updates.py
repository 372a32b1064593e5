"""What Twilio reports of a text, as tracking keeps it."""

from __future__ import annotations

import pytest

from notifications.channels import sms_tracking
from notifications.sms import twilio_webhooks
from tests.notifications.sms.builders import MESSAGE_SID

CALLBACK = "https://visits.clinic.example/webhooks/sms/status/?reference=17"


def told(**form: str) -> twilio_webhooks.StatusUpdate:
    """The status of a callback with these fields."""
    return twilio_webhooks.status(
        CALLBACK, {name: [value] for name, value in {"MessageSid": MESSAGE_SID, **form}.items()}
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("queued", "under_way"),
        ("sending", "under_way"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "bounced"),
        ("failed", "bounced"),
        ("canceled", "bounced"),
        ("teleported", "unknown"),
    ],
)
def test_each_of_twilios_words_has_its_kind(word: str, kind: str) -> None:
    update = sms_tracking.update_of(told(MessageStatus=word))

    assert update.state == kind
    assert (update.reference, update.provider_message_id) == ("17", MESSAGE_SID)


def test_the_reason_is_ours_and_the_same_report_has_the_same_name() -> None:
    first = sms_tracking.update_of(told(MessageStatus="undelivered", ErrorCode="30005"))
    again = sms_tracking.update_of(told(MessageStatus="undelivered", ErrorCode="30005"))
    other = sms_tracking.update_of(told(MessageStatus="sent"))

    assert first.code == "recipient_refused"
    assert first.event_id == again.event_id != other.event_id
