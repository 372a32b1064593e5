"""Traces and crash reports: one trace from webhook to mail server, and nothing in it that a person said or owns."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import brotli
import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from notifications.models import Message
from payments_service.webhooks.models import StripeEvent
from payments_service.webhooks.tasks import process_event
from scripts import embedded
from servicekit import crashes, tracing
from tests import builders, processes
from tests.stripe_events import body_of, by_type, events_of_a_payment

PERSON = "Zzyzx"
UNPACK: dict[str | None, Callable[[bytes], bytes]] = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Collector:
    """A server on loopback that takes what is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append(UNPACK[self.headers.get("Content-Encoding")](raw))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self) -> list[Any]:
        """What was told so far."""
        requests_ = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [
            s for each in requests_ for resource in each.resource_spans for sc in resource.scope_spans for s in sc.spans
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    started = Collector()
    yield started
    started.server.shutdown()
    started.server.server_close()


@pytest.mark.django_db(transaction=True)
def test_one_trace_goes_from_the_webhook_through_the_workers(tmp_path: Path, collector: Collector) -> None:
    port = embedded.free_port()
    events = events_of_a_payment(email=f"{PERSON}@patient.example", name=PERSON)
    body = body_of(by_type(events, "charge.succeeded"))
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "RECEIPT_SETTLE_SECONDS": "0",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }

    with processes.web(tmp_path / "web.log", port=port, **env), processes.worker(tmp_path / "worker.log", **env):
        requests.post(
            f"http://127.0.0.1:{port}/webhooks/stripe/",
            data=body,
            headers={"Stripe-Signature": builders.signed(body)},
            timeout=10,
        )
        requests.get(f"http://127.0.0.1:{port}/r/secret-token/", timeout=10)
        processes.eventually(lambda: Message.objects.filter(state="sent").exists(), why="no letter was sent")
        processes.eventually(lambda: names(collector.spans()) >= STEPS, why=lambda: str(names(collector.spans())))

    spans = [span for span in collector.spans() if span.name in STEPS]
    assert len({span.trace_id for span in spans}) == 1
    everything = b"".join(collector.bodies).lower()
    assert PERSON.lower().encode() not in everything
    assert b"secret-token" not in everything


STEPS = {
    "stripe_webhook",
    "run/webhooks.process_event",
    "run/receipting.issue_receipt",
    "run/receipting.render_receipt",
    "run/notifications.deliver_email",
}


def names(spans: list[Any]) -> set[str]:
    return {span.name for span in spans}


def test_without_a_collector_a_nudge_carries_no_trace() -> None:
    assert tracing.carried() == {}


def test_a_crash_report_has_places_and_no_words() -> None:
    event: Any = {
        "event_id": "1",
        "exception": {"values": [{"type": "IntegrityError", "value": f"Key (email)=({PERSON})", "stacktrace": {}}]},
        "request": {"url": f"https://clinic.example/r/{PERSON}"},
        "user": {"email": PERSON},
        "extra": {"sys.argv": [PERSON]},
        "logentry": {"message": PERSON},
    }

    told = crashes.discreet(event, {})

    assert PERSON not in str(told)
    assert told["exception"]["values"][0]["type"] == "IntegrityError"


@pytest.mark.django_db(transaction=True)
def test_a_crashing_task_reaches_sentry(tmp_path: Path, collector: Collector) -> None:
    address = collector.url.replace("http://", "http://public@") + "/1"
    event_id = builders.keep(by_type(events_of_a_payment(), "charge.succeeded"))
    StripeEvent.objects.filter(pk=event_id).update(body=f"{PERSON} is no JSON")

    with processes.worker(tmp_path / "worker.log", SENTRY_DSN=address):
        process_event.delay(event_id=event_id)
        processes.eventually(lambda: collector.bodies, why="no report came")

    told = b"".join(collector.bodies)
    assert b"JSONDecodeError" in told
    assert b"correlation" in told
    assert PERSON.encode() not in told
