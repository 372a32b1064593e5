"""Reports that overtake our own record: before the provider's id is known, or instead of an answer that was lost."""

from __future__ import annotations

import pytest
import responses
from pytest_django import Settings

from notifications import delivery, models, outbox, tracking
from notifications.models import Kind, Outcome
from notifications.sms import base
from tests.notifications.builders import (
    a_message,
    a_text,
    an_update,
    in_threads,
    now_due,
    outcomes,
    queued,
    reread,
)
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

POSTMARK = "https://api.postmarkapp.com/email"
LOST = delivery.Finding(Outcome.TRY_LATER, "connection_lost", accepted_maybe=True)


@pytest.fixture
def postmark(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "visibly-fake"}


def taken(provider_id: str = "provider-id-1") -> delivery.Finding:
    """That the provider took a message."""
    return delivery.Finding(Outcome.ACCEPTED, provider_message_id=provider_id)


def in_hand(message: models.Message) -> models.Attempt:
    """The attempt of a worker that is about to send it."""
    attempt = delivery.begin(message.pk)
    assert attempt
    return attempt


@responses.activate
@pytest.mark.usefixtures("postmark")
def test_a_report_that_comes_before_we_know_the_providers_id_counts_as_soon_as_we_do() -> None:
    answer = {"ErrorCode": 0, "Message": "OK", "MessageID": "provider-id-1", "To": "anna@patients.example"}
    responses.post(POSTMARK, json=answer)
    message = a_message()

    at_once = tracking.record(an_update())
    delivery.deliver(message.pk)

    assert at_once is None
    assert reread(message).state == "delivered"
    assert [report.kind for report in message.reports.all()] == ["delivered"]
    assert outcomes(message) == ["accepted"]


def test_several_early_reports_end_where_they_would_have_ended_in_time() -> None:
    message = a_message()
    attempt = in_hand(message)
    for number, kind in enumerate([Kind.DELIVERED, Kind.UNDER_WAY, Kind.BOUNCED, Kind.COMPLAINED]):
        tracking.record(an_update(event_id=f"postmark:{number}", state=kind))

    delivery.record(attempt, finding=taken())

    assert reread(message).state == "bounced"
    assert message.reports.count() == 4


def test_in_every_race_between_record_and_report_the_report_counts() -> None:
    numbers = range(30)
    raced = [a_message(dedupe_key=f"race:{number}") for number in numbers]
    attempts = [in_hand(message) for message in raced]

    def record_or_report(index: int) -> None:
        for number in numbers:
            if index:
                tracking.record(an_update(event_id=f"event-{number}", provider_message_id=f"id-{number}"))
            else:
                delivery.record(attempts[number], finding=taken(f"id-{number}"))

    in_threads(2, record_or_report)

    assert {reread(message).state for message in raced} == {"delivered"}
    assert not models.TrackingEvent.objects.filter(message=None).exists()
    assert {outcome for message in raced for outcome in outcomes(message)} == {"accepted"}


def test_ten_threads_with_one_report_change_the_message_once() -> None:
    message = a_message()
    delivery.record(in_hand(message), finding=taken())

    found = in_threads(10, lambda _: tracking.record(an_update()))

    assert sorted(map(str, found)) == sorted([str(message.pk), *["None"] * 9])
    assert models.TrackingEvent.objects.count() == 1


def test_a_text_whose_answer_was_lost_counts_as_sent_once_its_provider_reports(texts: list[base.Sms]) -> None:
    message = queued(a_text())
    delivery.record(in_hand(message), finding=LOST)

    changed = tracking.record(an_update(state=Kind.SENT, reference=str(message.pk), provider_message_id="SM1"))

    again = delivery.deliver(message.pk)
    assert changed == message.pk
    assert again is None
    assert texts == []
    assert (reread(message).state, reread(message).provider_message_id) == ("sent", "SM1")
    assert reread(message).sent_at


@pytest.mark.parametrize("finding", [LOST, taken("SM1")])
def test_a_report_that_overtakes_the_answer_isnt_overwritten_by_it(finding: delivery.Finding) -> None:
    message = queued(a_text())
    attempt = in_hand(message)

    tracking.record(an_update(reference=str(message.pk), provider_message_id="SM1"))
    delivery.record(attempt, finding=finding)

    assert (reread(message).state, reread(message).due_at) == ("delivered", None)
    assert outcomes(message) == ["accepted"]


def test_an_email_whose_answer_was_lost_is_found_by_its_message_id(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("drop after the content")
    delivery.deliver(message.pk)

    tracking.record(an_update(provider_message_id=message.message_id))

    again = delivery.deliver(message.pk)
    assert again is None
    assert reread(message).state == "delivered"
    assert len(mail_server.taken) == 1


def test_a_worker_that_dies_after_the_answer_has_sent_the_message_once(mail_server: MailServer) -> None:
    message = a_message()
    delivery.note_provider_id(in_hand(message).message, "provider-id-1")
    early = models.TrackingEvent.objects.create(
        event_id="early", kind=Kind.DELIVERED, provider_message_id="provider-id-1"
    )
    now_due(message)

    withdrawn = outbox.withdraw([message.pk])
    delivery.deliver(message.pk)

    assert withdrawn == []
    assert mail_server.taken == []
    assert (reread(message).state, outcomes(message)) == ("delivered", ["accepted"])
    assert message.reports.get() == early
