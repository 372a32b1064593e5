"""Which provider sends: `SMS_BACKEND`, and `SMS_FALLBACK_BACKEND` behind it where one is named."""

from __future__ import annotations

from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notifications.sms import base, fallback
from notifications.sms.configuration import optional, required


def get_backend(path: str = "") -> base.SmsBackend:
    """The backend of that dotted path; without one, what the settings say. One instance serves the whole process.

    Raises ImproperlyConfigured when there is no such class or its settings are incomplete.
    """
    if path:
        return built(path)
    first = required("SMS_BACKEND", "name a backend, such as notifications.sms.console.Backend")
    second = optional("SMS_FALLBACK_BACKEND")
    return with_fallback(first, second) if second else built(first)


@cache
def built(path: str) -> base.SmsBackend:
    """The one instance of a backend: it keeps connections open."""
    try:
        found = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"No SMS backend {path!r}: expected a dotted path to a class.") from error
    if not (isinstance(found, type) and issubclass(found, base.SmsBackend)):
        raise ImproperlyConfigured(f"{path!r} is no SMS backend: expected a subclass of SmsBackend.")
    return found()


@cache
def with_fallback(first: str, second: str) -> base.SmsBackend:
    """The one instance of the pair: it remembers that the first one is away."""
    return fallback.Backend(built(first), built(second))


def forget() -> None:
    """Build anew when next asked, after the settings have changed."""
    with_fallback.cache_clear()
    built.cache_clear()
