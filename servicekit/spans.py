"""What tracing needs of OpenTelemetry's SDK; loaded by `tracing` when there is somebody to tell.

Spans leave with what is on a list and nothing else: no address (a patient's link is in it), no exception's words (a
database quotes values), no client. That is done where they leave, so that no instrumentation can forget it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

TOLD = frozenset(
    {
        "celery.action",
        "celery.state",
        "celery.task_name",
        "db.name",
        "db.system",
        "error.type",
        "http.method",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "http.status_code",
        "messaging.destination",
        "messaging.message.id",
        "net.peer.name",
        "server.address",
    }
)
"""Attributes that may leave the house."""

STATEMENT = "db.statement"
"""Leaves for PostgreSQL only, whose statements carry placeholders and no values."""


@functools.lru_cache(maxsize=1)
def begin(service: str, _pid: int) -> None:
    """Once per process: what it does from now on is told."""
    resource = Resource.create({SERVICE_NAME: service})
    provider = TracerProvider(resource=resource, span_limits=SpanLimits(max_events=0))
    provider.add_span_processor(BatchSpanProcessor(Discreet(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    for instrumentor in (DjangoInstrumentor, CeleryInstrumentor, PsycopgInstrumentor, RequestsInstrumentor):
        instrumentor().instrument(tracer_provider=provider)


class Discreet(SpanExporter):
    """Hands spans on without what could name a person or open a door."""

    def __init__(self, inner: SpanExporter) -> None:
        self.inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """As the inner exporter answers."""
        return self.inner.export([discreet(span) for span in spans])

    def shutdown(self) -> None:
        """End the inner exporter."""
        self.inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Have everything sent."""
        return self.inner.force_flush(timeout_millis)


def discreet(span: ReadableSpan) -> ReadableSpan:
    """The span with attributes of the list only, its status without words, and no events."""
    return ReadableSpan(
        name=name_of(span),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=told(span.attributes or {}),
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def name_of(span: ReadableSpan) -> str:
    """A name is a route, a task or a statement's first word; an address without a route is only its method."""
    return span.name.partition(" /")[0]


def told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What may be told."""
    told = {name: value for name, value in attributes.items() if name in TOLD}
    if STATEMENT in attributes and attributes.get("db.system") == "postgresql":
        told[STATEMENT] = attributes[STATEMENT]
    return told
