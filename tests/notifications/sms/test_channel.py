"""What delivery hands over: a row in the outbox becomes one text message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from notifications import models
from notifications.channels import sms as channel
from notifications.sms import memory
from tests.notifications.sms.builders import PATIENT, SECRET_TEXT, an_sms

CREATED = datetime(2026, 5, 4, 10, 15, tzinfo=UTC)
LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("in_doubt", "since"), [(False, None), (True, CREATED)])
def test_a_row_becomes_a_message_that_knows_whether_it_may_have_been_sent(
    settings: Settings, in_doubt: bool, since: datetime | None
) -> None:
    settings.SMS_BACKEND, settings.SMS_FALLBACK_BACKEND = "notifications.sms.memory.Backend", ""
    row = models.Message(
        pk=17, to=PATIENT, text=SECRET_TEXT, useful_until=LATER, possible_double=in_doubt, created_at=CREATED
    )

    provider_id = channel.send_record(row)

    assert provider_id == "memory-0"
    assert memory.outbox == [an_sms(reference="17", valid_until=LATER, maybe_sent_since=since)]
