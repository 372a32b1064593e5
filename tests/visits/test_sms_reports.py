"""What Twilio reports of our texts moves them on, and a number that has refused us there is texted no more."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.models import Message, State, TrackingEvent
from tests.visits.builders import a_visit, reminders_of
from tests.visits.reminded import reminded
from tests.visits.twilio import STATUS, post
from visits_service.reminders.models import Reminder
from visits_service.visits import consent
from visits_service.visits.models import OptOut

pytestmark = pytest.mark.django_db(transaction=True)
SID = "SM" + "2" * 32


def reported(status: str, *, reference: object, sid: str = SID, **more: str) -> Any:
    """The answer to a report on the message that we call by that reference."""
    form = {"MessageSid": sid, "MessageStatus": status, "To": "+48601777777"} | more
    return post(form, path=f"{STATUS}?reference={reference}")


@pytest.mark.parametrize(
    ("status", "code", "state", "error"),
    [
        ("queued", "", State.SENT, ""),
        ("sent", "", State.SENT, ""),
        ("delivered", "", State.DELIVERED, ""),
        ("undelivered", "30003", State.BOUNCED, "unreachable"),
        ("failed", "30007", State.BOUNCED, "filtered"),
        ("teleported", "", State.SENT, ""),
    ],
)
def test_a_report_moves_its_message_on(status: str, code: str, state: str, error: str) -> None:
    message = reminded(a_visit())

    answer = reported(status, reference=message.pk, ErrorCode=code)

    message.refresh_from_db()
    assert (answer.status_code, answer.content) == (200, b"")
    assert (message.state, message.last_error) == (state, error)
    assert not OptOut.objects.exists()


def test_a_report_that_comes_again_or_late_changes_nothing() -> None:
    message = reminded(a_visit())
    reported("delivered", reference=message.pk)
    before = Message.objects.values().get(pk=message.pk)

    again = [reported(status, reference=message.pk).status_code for status in ("delivered", "sent", "queued")]

    assert again == [200, 200, 200]
    assert Message.objects.values().get(pk=message.pk) == before
    assert TrackingEvent.objects.count() == 3


def test_a_number_that_has_opted_out_at_the_provider_is_texted_no_more() -> None:
    visit, other = a_visit(), a_visit("visit-2")
    message = reminded(visit)

    answer = reported("undelivered", reference=message.pk, ErrorCode="21610")

    message.refresh_from_db()
    learned = OptOut.objects.values_list("channel", "address", "source", "until").get()
    assert answer.status_code == 200
    assert learned == ("sms", "+48601000001", consent.Source.PROVIDER, None)
    assert (message.state, message.last_error) == (State.BOUNCED, "opted_out")
    assert reminders_of(other)["sms"].state == Reminder.State.VOID
    assert reminders_of(other)["email"].state == Reminder.State.PLANNED


@pytest.mark.parametrize("reference", ["", "999999999", "abc", "-1", "9" * 40])
def test_a_report_on_a_message_that_is_not_ours_opts_nobody_out(reference: str) -> None:
    visit = a_visit()

    answer = reported("undelivered", reference=reference, ErrorCode="21610")

    assert answer.status_code == 200
    assert not OptOut.objects.exists()
    assert reminders_of(visit)["sms"].state == Reminder.State.PLANNED
