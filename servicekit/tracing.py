"""Traces and crash reports for those who watch, when settings say where to; without these nothing is loaded.

`OTEL_EXPORTER_OTLP_ENDPOINT` takes OpenTelemetry's traces (`spans` sees to what they may say), `SENTRY_DSN` Sentry's
reports (`crashes`). Both begin after a fork, since their sending threads don't survive one.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

from celery.signals import worker_init, worker_process_init
from django.conf import settings
from opentelemetry import propagate, trace


def start() -> None:
    """Tell of this process from now on, to whom the settings name."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        import_module("servicekit.spans").begin(settings.SERVICE, os.getpid())
    if settings.SENTRY_DSN:
        import_module("servicekit.crashes").begin(settings.SENTRY_DSN, os.getpid())


@worker_process_init.connect
@worker_init.connect
def start_in_worker(**_: object) -> None:
    """The children of a worker with processes, and a worker with threads."""
    start()


def carried() -> dict[str, str]:
    """What a nudge takes along, so that its task belongs to the same trace; nothing while tracing is off."""
    headers: dict[str, str] = {}
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        propagate.inject(headers)
    return headers


def span(name: str) -> AbstractContextManager[object]:
    """Around work that no instrumentation sees."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return nullcontext()
    return trace.get_tracer(__name__).start_as_current_span(name, kind=trace.SpanKind.SERVER)
