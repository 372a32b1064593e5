"""A message enters once, with its first content, and stands or falls with the caller's transaction."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import models, outbox
from tests.notifications.builders import a_file, a_message, a_text, an_email, an_invitation, in_threads, now_due

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_record_gives_back_the_email_that_was_queued() -> None:
    email = an_email(
        to_name="Łukasz",
        reply_to="Desk <desk@clinic.example>",
        from_email="Clinic <a@clinic.example>",
        attachments=(a_file(), an_invitation()),
        headers=(("List-Unsubscribe", "<https://clinic.example/u>"),),
    )

    message = models.Message.objects.get(pk=outbox.enqueue(email))

    assert message.email() == email
    assert message.state == models.State.QUEUED


def test_a_key_that_is_known_keeps_its_first_content_and_its_id() -> None:
    first = outbox.enqueue(an_email(subject="First"))

    second = outbox.enqueue(an_email(subject="Second"))

    assert first == second
    assert models.Message.objects.get().subject == "First"


def test_a_new_message_is_one_statement() -> None:
    with CaptureQueriesContext(connection) as statements:
        kept = outbox.enqueue(an_email())

    assert len(statements) == 1, statements.captured_queries
    assert models.Message.objects.get().pk == kept


def test_twenty_threads_with_one_key_make_one_row() -> None:
    ids = in_threads(20, lambda index: outbox.enqueue(an_email(subject=f"Copy {index}")))

    assert len(set(ids)) == 1
    assert models.Message.objects.count() == 1


def test_a_rollback_takes_the_message_with_it_and_the_next_caller_queues_it() -> None:
    with transaction.atomic():
        outbox.enqueue(an_email())
        transaction.set_rollback(True)

    kept = outbox.enqueue(an_email())

    assert models.Message.objects.get().pk == kept


def test_a_repeat_inside_a_transaction_leaves_it_usable() -> None:
    first = outbox.enqueue(an_email())

    with transaction.atomic():
        second = outbox.enqueue(an_email())
        third = outbox.enqueue(an_email(dedupe_key="document:2"))

    assert first == second != third


def test_a_caller_that_waits_for_another_transaction_gets_its_row() -> None:
    def slow_or_quick(index: int) -> int:
        with transaction.atomic():
            time.sleep(0.1 * index)
            queued = outbox.enqueue(an_email())
            time.sleep(0.3)
        return queued

    ids = in_threads(2, slow_or_quick)

    assert ids[0] == ids[1]


def test_many_are_queued_in_the_order_given() -> None:
    emails = [an_email(dedupe_key=f"document:{number % 700}") for number in range(1000)]

    ids = outbox.enqueue_all(emails)

    assert models.Message.objects.count() == 700
    assert ids[:300] == ids[700:]
    keys = models.Message.objects.in_bulk(ids)
    assert [keys[pk].dedupe_key for pk in ids] == [email.dedupe_key for email in emails]


def test_emails_and_texts_are_queued_together_each_with_its_fields() -> None:
    until = timezone.now() + timedelta(hours=1)
    text = a_text(useful_until=until)

    ids = outbox.enqueue_all([an_email(), text, an_email(dedupe_key="document:2")])

    rows = [models.Message.objects.get(pk=pk) for pk in ids]
    assert [row.channel for row in rows] == ["email", "sms", "email"]
    assert {name: getattr(rows[1], name) for name in models.SMS_FIELDS} == {
        name: getattr(text, name) for name in models.SMS_FIELDS
    }
    assert (rows[1].state, rows[1].subject, rows[1].from_email) == ("queued", "", "")
    assert len({row.message_id for row in rows}) == 3


def test_thousands_take_as_many_statements_as_two() -> None:
    def statements(number: int, prefix: str) -> int:
        mixed = [
            a_text(dedupe_key=f"{prefix}:{each}") if each % 2 else an_email(dedupe_key=f"{prefix}:{each}")
            for each in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            outbox.enqueue_all(mixed)
        return len(asked)

    few, many = statements(2, "few"), statements(4000, "many")

    assert few == many
    assert models.Message.objects.count() == 4002


def test_an_instant_is_the_databases() -> None:
    message = a_message()

    since = models.Message.objects.annotate(age=Now() - F("due_at")).get(pk=message.pk).age

    assert timedelta(0) <= since < timedelta(seconds=30)
    assert message.due_at == message.created_at


def test_nothing_to_queue_is_no_mistake() -> None:
    ids = outbox.enqueue_all([])

    assert ids == []


def test_a_fresh_message_is_left_to_its_nudge_and_an_old_one_is_due() -> None:
    fresh, old = a_message(), a_message(dedupe_key="document:2")
    now_due(old)

    at_once = outbox.due(channel="email", limit=10, overdue=timedelta(0))
    after_a_second = outbox.due(channel="email", limit=10, overdue=timedelta(seconds=1))

    assert set(at_once) == {fresh.pk, old.pk}
    assert after_a_second == [old.pk]


def test_a_settled_message_can_never_become_due() -> None:
    message = a_message()

    with pytest.raises(IntegrityError), transaction.atomic():
        models.Message.objects.filter(pk=message.pk).update(state=models.State.SENT)
    models.Message.objects.filter(pk=message.pk).update(state=models.State.SENT, due_at=None)

    assert outbox.due(channel="email", limit=10, overdue=timedelta(0)) == []


def test_batches_with_the_same_keys_in_another_order_dont_lock_each_other_out() -> None:
    emails = [an_email(dedupe_key=key) for key in ("document:a", "document:m", "document:z")]

    def hold_the_middle_or_queue_all(index: int) -> int:
        with transaction.atomic():
            if index == 0:
                outbox.enqueue(emails[1])
                time.sleep(1)  # until the others stand before the middle key, each with its first one in hand
            else:
                time.sleep(0.3)
                outbox.enqueue_all(emails if index == 1 else emails[::-1])
        return index

    in_threads(3, hold_the_middle_or_queue_all)

    assert models.Message.objects.count() == 3
