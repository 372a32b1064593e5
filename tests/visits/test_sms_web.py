"""Twilio's doors as they are served: while the database is away, Twilio is asked to come again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.embedded import free_port
from tests import processes
from tests.visits.twilio import INBOUND, STATUS, a_text, signature
from tests.webhooks.relay import Relay
from visits_service.reminders.models import Answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay() -> Iterator[Relay]:
    """The road by which gunicorn reaches the database."""
    with Relay() as road:
        yield road


def post(address: str, form: dict[str, str], path: str = INBOUND) -> requests.Response:
    """A signed post over the network."""
    headers = {"X-Twilio-Signature": signature(form, path=path)}
    return requests.post(address + path, form, headers=headers, timeout=30, allow_redirects=False)


def test_with_the_database_away_nothing_is_lost_that_twilio_repeats(relay: Relay, tmp_path: Path) -> None:
    port = free_port()
    address, stopped = f"http://127.0.0.1:{port}", a_text("STOP")
    report = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "21610"}
    with processes.web(tmp_path / "web.log", port=port, service="visits", DATABASE_URL=relay.url) as server:
        assert post(address, a_text("Hello", sid="SM-before")).status_code == 200

        relay.close()
        away = [post(address, stopped), post(address, report, path=f"{STATUS}?reference=1")]
        relay.open()
        processes.eventually(lambda: post(address, stopped).status_code == 200)

    assert {(answer.status_code, answer.content) for answer in away} == {(503, b"")}
    assert sorted(Answer.objects.values_list("kind", flat=True)) == ["other", "stop"]
    assert "sms_webhook_not_kept" in server.output()
    assert "48601" not in server.output()
