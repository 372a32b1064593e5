"""What the due scan and a delivery ask the database for, counted: many reminders cost as many statements as two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from notifications.tasks import deliver_sms
from tests.visits.reminding import many_visits
from visits_service.reminders import due

pytestmark = pytest.mark.django_db(transaction=True)


def asked(work: Callable[[], object]) -> list[str]:
    """The statements of a piece of work, those that begin and end a transaction among them."""
    with CaptureQueriesContext(connection) as statements:
        work()
    return [each["sql"] for each in statements]


def test_a_minute_with_nothing_due_is_one_look() -> None:
    many_visits(3, starts_at=timezone.now() + timedelta(days=9))

    statements = asked(lambda: due.remind(now=timezone.now()))

    assert len(statements) == 3, statements  # between BEGIN and COMMIT


@pytest.mark.parametrize("visits", [2, 60])
def test_what_is_due_takes_as_many_statements_however_many_there_are(visits: int) -> None:
    many_visits(visits, starts_at=timezone.now() + timedelta(days=2))
    noon = (timezone.now() + timedelta(days=2)).replace(hour=11, minute=0)

    statements = asked(lambda: due.remind(now=noon))

    assert len(statements) == 9, statements


def test_a_text_is_delivered_in_two_short_transactions_and_its_number_at_the_provider_is_noted_between() -> None:
    many_visits(1, starts_at=timezone.now() + timedelta(days=2))
    due.remind(now=(timezone.now() + timedelta(days=2)).replace(hour=11, minute=0))
    text = Message.objects.get(channel="sms")

    statements = asked(lambda: deliver_sms(message_id=text.pk))

    assert len(statements) == 10, statements
