"""From the outbox to the SMS backend: the same claims, attempts and doubts as an email's, and a validity."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from notifications import delivery
from notifications.sms import base
from tests.notifications.builders import a_text, now_due, outcomes, queued, reread

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queued_text_is_sent_under_its_rows_number(texts: list[base.Sms]) -> None:
    until = timezone.now() + timedelta(hours=2)
    message = queued(a_text(useful_until=until))

    delivery.deliver(message.pk)

    assert texts == [base.Sms(to=message.to, text=message.text, reference=str(message.pk), valid_until=until)]
    assert (reread(message).state, reread(message).provider_message_id) == ("sent", "memory-0")
    assert outcomes(message) == ["accepted"]


def test_a_text_that_came_too_late_isnt_sent(texts: list[base.Sms]) -> None:
    message = queued(a_text(useful_until=timezone.now() - timedelta(seconds=1)))

    delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("failed", "too_late")
    assert texts == []


def test_a_text_whose_worker_died_after_sending_is_looked_up_and_not_sent_again(texts: list[base.Sms]) -> None:
    message = queued(a_text())
    interrupted = delivery.begin(message.pk)
    assert interrupted
    delivery.send(interrupted.message)
    now_due(message)

    delivery.deliver(message.pk)

    assert len(texts) == 1
    assert outcomes(message) == ["unknown", "accepted"]
    assert (reread(message).state, reread(message).provider_message_id) == ("sent", "memory-0")
    assert reread(message).possible_double


def test_a_text_whose_worker_died_before_sending_is_sent(texts: list[base.Sms]) -> None:
    message = queued(a_text())
    delivery.begin(message.pk)
    now_due(message)

    delivery.deliver(message.pk)

    assert [text.maybe_sent_since for text in texts] == [message.created_at]
    assert reread(message).state == "sent"


def test_a_service_without_a_backend_lets_a_text_rest_and_stays_loud(settings: Settings) -> None:
    settings.SMS_BACKEND = ""
    message = queued(a_text())

    with pytest.raises(ImproperlyConfigured, match="SMS_BACKEND"):
        delivery.deliver(message.pk)

    assert (reread(message).state, reread(message).last_error) == ("queued", "ImproperlyConfigured")
