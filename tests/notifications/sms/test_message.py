"""What may be handed over as a text message, and that it keeps its secrets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from notifications.messages import Refused
from tests.notifications.sms.builders import PATIENT, SECRET_TEXT, an_sms


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("to", {"to": "500000001"}),
        ("to", {"to": "+48 500 000 001"}),
        ("to", {"to": "+0500000001"}),
        ("to", {"to": "+1234567890123456"}),
        ("to", {"to": "+48500000001\n"}),
        ("to", {"to": "+٤٨٥٠٠٠٠٠٠٠١"}),
        ("text", {"text": " \n"}),
        ("text", {"text": "half a \ud83d smile"}),
        ("reference", {"reference": ""}),
        ("sender", {"sender": "A name that is too long"}),
        ("valid_until", {"valid_until": datetime(2026, 5, 4, 10, 15)}),  # noqa: DTZ001
        ("valid_until", {"valid_until": datetime(2026, 5, 4, tzinfo=timezone(timedelta(hours=2)))}),
        ("maybe_sent_since", {"maybe_sent_since": datetime(2026, 5, 4)}),  # noqa: DTZ001
    ],
)
def test_what_no_provider_could_send_is_refused_by_its_field(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        an_sms(**changes)

    assert refusal.value.field == field
    assert not any(
        isinstance(value, str) and value.strip() and value in str(refusal.value) for value in changes.values()
    )


@pytest.mark.parametrize("sender", ["", "+15005550006", "12345", "Clinic", "MG" + "0" * 32])
def test_a_sender_is_a_number_a_short_code_a_name_or_a_messaging_service(sender: str) -> None:
    assert an_sms(sender=sender, valid_until=datetime(2026, 5, 4, tzinfo=UTC)).sender == sender


def test_a_message_that_is_printed_by_accident_tells_neither_number_nor_text() -> None:
    printed = f"{an_sms(sender='Clinic')!r} {an_sms()}"

    assert PATIENT not in printed
    assert SECRET_TEXT not in printed
