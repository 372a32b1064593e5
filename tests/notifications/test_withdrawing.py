"""What is withdrawn doesn't go out, and what a worker has in hand isn't withdrawn, whoever comes first."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from notifications import delivery, models, outbox, selectors
from notifications.sms import base
from servicekit import claims
from tests.notifications.builders import a_message, a_text, in_threads, now_due, outcomes, queued, reread
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db(transaction=True)

ABOUT = "document-1"


def about(reference: str) -> list[int]:
    """The ids of all messages about a reference."""
    return [status.id for status in selectors.about(reference)]


def test_what_is_queued_about_a_reference_is_withdrawn_and_never_sent(
    mail_server: MailServer, texts: list[base.Sms]
) -> None:
    email, text = a_message(about=ABOUT), queued(a_text(about=ABOUT))
    other = a_message(about="document-2", dedupe_key="document:2")

    withdrawn = outbox.withdraw(about(ABOUT))

    found = [delivery.deliver(message.pk) for message in (email, text, other)]
    assert withdrawn == [email.pk, text.pk]
    assert found == [None, None, models.Outcome.ACCEPTED]
    assert [(reread(message).state, reread(message).due_at) for message in (email, text)] == [("withdrawn", None)] * 2
    assert (len(mail_server.taken), texts) == (1, [])


def test_what_went_out_or_is_dead_is_left(mail_server: MailServer) -> None:
    sent, dead = a_message(), a_message(dedupe_key="document:1:again")
    delivery.deliver(sent.pk)
    mail_server.follow("refuse the address")
    delivery.deliver(dead.pk)

    withdrawn = outbox.withdraw(about(ABOUT))

    assert withdrawn == []
    assert [status.state for status in selectors.about(ABOUT)] == ["sent", "failed"]


def test_what_rests_between_two_attempts_is_withdrawn(mail_server: MailServer) -> None:
    message = a_message()
    mail_server.follow("busy")
    delivery.deliver(message.pk)

    withdrawn = outbox.withdraw(about(ABOUT))

    assert withdrawn == [message.pk]
    assert (reread(message).state, reread(message).possible_double) == ("withdrawn", False)
    assert outcomes(message) == ["try_later"]


def test_what_a_worker_has_in_hand_is_left_and_goes_out(mail_server: MailServer) -> None:
    message = a_message()
    attempt = delivery.begin(message.pk)
    assert attempt

    withdrawn = outbox.withdraw(about(ABOUT))

    delivery.record(attempt, finding=delivery.send(attempt.message))
    assert withdrawn == []
    assert (reread(message).state, outcomes(message)) == ("sent", ["accepted"])


def test_what_a_worker_has_in_hand_is_not_tried_again_once_it_was_called_back(mail_server: MailServer) -> None:
    message = a_message()
    attempt = delivery.begin(message.pk)
    assert attempt
    outbox.withdraw(about(ABOUT))

    delivery.record(attempt, finding=delivery.Finding(models.Outcome.TRY_LATER, "provider_busy"))
    now_due(message)
    delivery.deliver(message.pk)

    assert mail_server.taken == []
    assert (reread(message).state, reread(message).last_error) == ("failed", "too_late")


def test_what_a_dead_worker_had_in_hand_is_withdrawn_with_the_doubt_on_record() -> None:
    message = a_message()
    delivery.begin(message.pk)
    now_due(message)

    withdrawn = outbox.withdraw(about(ABOUT))

    assert withdrawn == [message.pk]
    assert (reread(message).state, reread(message).possible_double) == ("withdrawn", True)
    assert outcomes(message) == ["unknown"]


def test_a_worker_that_comes_back_from_the_dead_doesnt_overwrite_it() -> None:
    message = a_message()
    late = delivery.begin(message.pk)
    assert late
    now_due(message)
    outbox.withdraw(about(ABOUT))

    delivery.record(late, finding=delivery.Finding(models.Outcome.TRY_LATER, "connection_lost"))

    assert (reread(message).state, reread(message).due_at) == ("withdrawn", None)


def test_a_rollback_of_the_caller_lets_the_message_go_out(mail_server: MailServer) -> None:
    message = a_message()
    with transaction.atomic():
        withdrawn = outbox.withdraw(about(ABOUT))
        transaction.set_rollback(True)

    delivery.deliver(message.pk)

    assert withdrawn == [message.pk]
    assert reread(message).state == "sent"


def test_a_worker_that_comes_during_the_callers_transaction_waits_and_sends_nothing(mail_server: MailServer) -> None:
    message = a_message()
    withdrawn = threading.Event()

    def withdraw_slowly_or_deliver(index: int) -> object:
        if index:
            assert withdrawn.wait(10)
            return delivery.deliver(message.pk)
        with transaction.atomic():
            ids = outbox.withdraw(about(ABOUT))
            withdrawn.set()
            time.sleep(0.5)
        return ids

    found = in_threads(2, withdraw_slowly_or_deliver)

    assert found == [[message.pk], None]
    assert (reread(message).state, mail_server.taken) == ("withdrawn", [])


def test_a_claim_that_has_begun_is_waited_for_and_respected() -> None:
    message = a_message()
    claimed = threading.Event()

    def claim_slowly_or_withdraw(index: int) -> object:
        if index:
            assert claimed.wait(10)
            return outbox.withdraw(about(ABOUT))
        with transaction.atomic():  # what `delivery.begin` does, held open
            row = claims.claim(models.Message, message.pk, lease=delivery.LEASE)
            assert row
            claimed.set()
            time.sleep(0.5)
            return models.Attempt.objects.create(message=row, number=row.attempts).message_id

    found = in_threads(2, claim_slowly_or_withdraw)

    assert found == [message.pk, []]
    assert (reread(message).state, outcomes(message)) == ("queued", ["underway"])


def test_in_every_race_a_message_is_either_withdrawn_or_sent(mail_server: MailServer) -> None:
    numbers = range(30)
    raced = [a_message(dedupe_key=f"race-{number}") for number in numbers]

    def withdraw_or_deliver(index: int) -> list[bool]:
        if index:  # from the other end, so that the two meet
            return [bool(outbox.withdraw([raced[number].pk])) for number in reversed(numbers)][::-1]
        return [bool(delivery.deliver(message.pk)) for message in raced]

    sent, withdrawn = in_threads(2, withdraw_or_deliver)

    states = [reread(message).state for message in raced]
    assert states == ["sent" if each else "withdrawn" for each in sent]
    assert withdrawn == [state == "withdrawn" for state in states]
    assert len(mail_server.taken) == states.count("sent")


def test_nothing_asked_is_nothing_withdrawn() -> None:
    message = a_message()

    withdrawn = outbox.withdraw([])

    assert withdrawn == []
    assert reread(message).state == "queued"
