"""From the outbox to a real mail server, and every way in which that goes wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.db import transaction
from django.utils import timezone

from notifications import delivery, models
from servicekit import claims
from tests.notifications.builders import a_file, a_message, in_threads, now_due, outcomes, reread
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queued_message_is_accepted_and_recorded(mail_server: MailServer) -> None:
    message = a_message()

    outcome = delivery.deliver(message.pk)

    message = reread(message)
    assert outcome == models.Outcome.ACCEPTED
    assert (message.state, message.due_at, message.possible_double) == ("sent", None, False)
    assert message.sent_at
    assert mail_server.recipients == [["anna@patients.example"]]


def test_a_server_that_fails_three_times_and_then_works_gets_the_message_once(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("busy", "busy", "defer the address")

    for _ in range(4):
        now_due(message)
        delivery.deliver(message.pk)

    assert reread(message).state == "sent"
    assert outcomes(message) == ["try_later", "try_later", "try_later", "accepted"]
    assert list(message.history.values_list("code", flat=True)) == [
        "provider_busy", "provider_busy", "recipient_deferred", "",
    ]  # fmt: skip
    assert len(mail_server.taken) == 1
    assert not reread(message).possible_double


def test_a_failed_attempt_rests_before_the_next(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("busy")

    delivery.deliver(message.pk)
    at_once = delivery.deliver(message.pk)

    assert at_once is None
    assert reread(message).state == "queued"
    assert reread(message).last_error == "provider_busy"


@pytest.mark.parametrize(
    ("step", "code"), [("refuse the address", "recipient_refused"), ("refuse the content", "message_refused")]
)
def test_what_is_refused_for_good_is_dead_at_once(mail_server: MailServer, step: str, code: str) -> None:
    message = a_message()
    mail_server.follow(step)

    outcome = delivery.deliver(message.pk)

    message = reread(message)
    assert outcome == models.Outcome.GAVE_UP
    assert (message.state, message.last_error, message.due_at) == ("failed", code, None)


def test_a_server_that_refuses_us_is_tried_again(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("refuse us")

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("queued", "provider_refuses_us")


def test_a_message_that_fails_for_a_day_is_dead_with_its_last_code(mail_server: MailServer) -> None:
    message = a_message()
    models.Message.objects.filter(pk=message.pk).update(attempts=delivery.MOST_ATTEMPTS - 1)
    mail_server.follow("busy")

    delivery.deliver(message.pk)

    message = reread(message)
    assert (message.state, message.last_error, message.due_at) == ("failed", "provider_busy", None)


def test_a_message_that_crashes_its_worker_each_time_is_dead_too(mail_server: MailServer) -> None:
    message = a_message()
    models.Message.objects.filter(pk=message.pk).update(attempts=delivery.MOST_ATTEMPTS, last_error="MemoryError")

    outcome = delivery.deliver(message.pk)

    assert outcome is None
    assert (reread(message).state, reread(message).last_error) == ("failed", "MemoryError")
    assert mail_server.taken == []


def test_a_server_that_hangs_lets_go_of_the_worker_and_may_have_taken_the_message(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("hang")

    outcome = delivery.deliver(message.pk)

    assert outcome == models.Outcome.TRY_LATER
    assert reread(message).possible_double
    assert reread(message).last_error == "connection_lost"


def test_a_connection_lost_after_the_content_marks_the_second_copy(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("drop after the content")

    delivery.deliver(message.pk)
    now_due(message)
    delivery.deliver(message.pk)

    first, second = mail_server.mails
    assert (reread(message).state, reread(message).possible_double) == ("sent", True)
    assert first["Message-ID"] == second["Message-ID"] == message.message_id


def test_a_doubt_stays_on_record_whatever_comes_later(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("drop after the content", "busy", "refuse the content")

    for _ in range(3):
        now_due(message)
        delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).possible_double) == ("failed", True)


def test_a_connection_lost_before_the_content_is_no_double(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("drop before the content")

    delivery.deliver(message.pk)

    assert (reread(message).last_error, reread(message).possible_double) == ("connection_lost", False)


def test_a_server_that_is_away_is_tried_again(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.go_down()

    outcome = delivery.deliver(message.pk)

    mail_server.come_back()
    assert outcome == models.Outcome.TRY_LATER
    assert (reread(message).last_error, reread(message).possible_double) == ("connection_failed", False)


def test_ten_threads_deliver_one_message_once(mail_server: MailServer) -> None:
    message = a_message()

    found = in_threads(10, lambda _: delivery.deliver(message.pk))

    assert sorted(map(str, found)) == ["None"] * 9 + ["accepted"]
    assert len(mail_server.taken) == 1
    assert outcomes(message) == ["accepted"]


def test_a_lost_lease_leaves_the_outcome_to_the_one_who_holds_the_row(mail_server: MailServer) -> None:
    message = a_message()
    slow = delivery.begin(message.pk)
    now_due(message)
    assert slow

    delivery.deliver(message.pk)
    delivery.record(slow, finding=delivery.Finding(models.Outcome.GAVE_UP, "message_refused"))

    assert (reread(message).state, reread(message).possible_double) == ("sent", True)
    assert outcomes(message) == ["unknown", "accepted"]


def test_a_settled_message_is_never_sent_again(mail_server: MailServer) -> None:
    message = a_message()
    delivery.deliver(message.pk)

    claims.wake(models.Message.objects.filter(state=models.State.QUEUED))
    again = delivery.deliver(message.pk)

    assert again is None
    assert len(mail_server.taken) == 1


def test_no_provider_is_called_inside_a_transaction(mail_server: MailServer) -> None:
    message = a_message()

    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        delivery.deliver(message.pk)

    assert mail_server.taken == []


def test_a_message_that_came_too_late_isnt_sent(mail_server: MailServer) -> None:
    message = a_message(useful_until=timezone.now() - timedelta(seconds=1))

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("failed", "too_late")
    assert mail_server.taken == []


def test_an_attachment_that_is_missing_waits_for_its_file(mail_server: MailServer) -> None:
    message = a_message(attachments=(a_file("nowhere/1.pdf"),))

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("queued", "attachment_missing")
    assert mail_server.taken == []


def test_a_bug_of_ours_stays_loud_and_lets_the_message_rest(mail_server: MailServer) -> None:
    message = a_message(attachments=(a_file("../../outside.pdf"),))

    with pytest.raises(SuspiciousFileOperation):
        delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("queued", "SuspiciousFileOperation")
    assert delivery.deliver(message.pk) is None
    assert mail_server.taken == []
