"""Crashes for Sentry, as classes and places: no exception's words, no variables, no request; loaded by `tracing`.

A database error quotes values and an address holds a patient's link, so nothing of either leaves, whatever Sentry's
integrations gather.
"""

from __future__ import annotations

import functools
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint

from servicekit import correlation

TOLD = ("event_id", "timestamp", "level", "platform", "exception", "release", "environment", "sdk", "tags")
"""The parts of an event that may leave; `exception` without its words."""


@functools.lru_cache(maxsize=1)
def begin(dsn: str, _pid: int) -> None:
    """Once per process: what crashes from now on is told."""
    sentry_sdk.init(
        dsn,
        default_integrations=False,
        integrations=[
            DjangoIntegration(),
            CeleryIntegration(),
            LoggingIntegration(level=None, event_level=None),
        ],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=discreet,
    )


def discreet(event: Event, _hint: Hint) -> Event:
    """The event with where it crashed and under which correlation id, and nothing that was said."""
    kept: dict[str, Any] = {name: value for name, value in event.items() if name in TOLD}
    for raised in (kept.get("exception") or {}).get("values", []):
        raised["value"] = ""
    kept["tags"] = {"correlation": correlation.current()}
    return kept  # type: ignore[return-value]
