"""Reports as they are served: while the database is away, providers are asked to come again."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.embedded import free_port
from tests import processes
from tests.notifications import reports
from tests.notifications.builders import reread
from tests.notifications.reports import PROVIDER_ID, PROVIDERS, SECRET, Report
from tests.webhooks.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)

# Amazon's certificate is on the open network, where no test goes.
TOLD = [told for told in PROVIDERS.values() if told is not reports.amazon_ses]
ANYMAIL = {f"ANYMAIL_{name}": value for name, value in reports.ANYMAIL.items() if name != "WEBHOOK_SECRET"}


@pytest.fixture
def relay() -> Iterator[Relay]:
    """The road by which gunicorn reaches the database."""
    with Relay() as road:
        yield road


def post(address: str, report: Report) -> requests.Response:
    """A report over the network, with the webhook secret."""
    headers = {**report.headers, "Content-Type": report.content_type}
    headers["Authorization"] = f"Basic {b64encode(SECRET.encode()).decode()}"
    return requests.post(address + report.path, report.body, headers=headers, timeout=30, allow_redirects=False)


def test_with_the_database_away_nothing_is_lost_that_providers_repeat(relay: Relay, tmp_path: Path) -> None:
    sent, port = reports.a_sent_message(), free_port()
    bounces = [told("bounced", PROVIDER_ID) for told in TOLD]
    env = ANYMAIL | {"ANYMAIL_WEBHOOK_SECRET": f"{SECRET},{reports.NEXT_SECRET}", "DATABASE_URL": relay.url}
    with processes.web(tmp_path / "web.log", port=port, **env) as server:
        address = f"http://127.0.0.1:{port}"

        relay.close()
        away = [post(address, bounce) for bounce in bounces]
        relay.open()
        processes.eventually(lambda: post(address, bounces[0]).status_code == 200)
        back = [post(address, bounce) for bounce in bounces]

    assert {(answer.status_code, answer.content) for answer in away} == {(503, b"")}
    assert {answer.status_code for answer in back} == {200}
    assert reread(sent).state == "bounced"
    assert sent.reports.count() == len(bounces)
    assert server.output().count("not_kept") >= len(bounces)
    assert reports.PATIENT not in server.output()
    assert json.dumps(reports.SENTENCE) not in server.output()
