"""From Stripe's post to the mail server, everything that happens is found in the logs by one id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.test import Client

from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import sweep_events
from scripts import embedded
from tests import builders, processes
from tests.notifications.mail_server import MailServer
from tests.stripe_events import Payload, body_of, by_type, events_of_a_payment

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ["event_handled", "receipt_issued", "receipt_rendered", "message_attempted"]


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """Where letters arrive."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


def lines_of(log: Path) -> list[dict[str, Any]]:
    """The structured lines of a process."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def test_the_events_id_goes_from_the_webhook_through_each_task_to_the_provider(
    tmp_path: Path, mail: MailServer
) -> None:
    port, event = embedded.free_port(), paid_charge()
    env = {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "RECEIPT_SETTLE_SECONDS": "0"}

    with processes.web(tmp_path / "web.log", port=port, **env), processes.worker(tmp_path / "worker.log", **env):
        body = body_of(event)
        requests.post(
            f"http://127.0.0.1:{port}{builders.WEBHOOK}",
            data=body,
            headers={"Stripe-Signature": builders.signed(body)},
            timeout=10,
        )
        processes.eventually(lambda: mail.mails, why="no letter came")
        processes.eventually(lambda: "message_attempted" in (tmp_path / "worker.log").read_text())

    told = [line["event"] for line in lines_of(tmp_path / "worker.log") if line.get("correlation") == event["id"]]
    assert [step for step in told if step in STEPS] == STEPS
    assert mail.mails[0]["X-Correlation-ID"] == event["id"]


def paid_charge() -> Payload:
    """An event that is enough for a receipt."""
    return by_type(events_of_a_payment(), "charge.succeeded")


def test_a_page_answers_with_the_id_of_its_request() -> None:
    browser = Client()

    given = browser.get("/healthz", secure=True, headers={"X-Request-ID": "abc-12345678"})
    made_up = browser.get("/healthz", secure=True, headers={"X-Request-ID": "<script>"})

    assert given["X-Request-ID"] == "abc-12345678"
    assert len(made_up["X-Request-ID"]) == 32


def test_a_sweep_hands_its_own_id_on(tmp_path: Path) -> None:
    event_id = builders.keep(paid_charge())
    builders.hurry(StripeEvent.objects.filter(pk=event_id))

    with processes.worker(tmp_path / "worker.log"):
        swept = sweep_events.delay()
        processes.eventually(lambda: "event_handled" in (tmp_path / "worker.log").read_text())

    [handled] = [line for line in lines_of(tmp_path / "worker.log") if line["event"] == "event_handled"]
    assert handled["correlation"] == swept.id
