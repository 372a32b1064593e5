"""The settings of SMS. A service that sends none needs to define none of them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

USUAL_TIMEOUT = 20.0


def optional(name: str) -> str:
    """The setting's text, or nothing."""
    return str(getattr(settings, name, "") or "")


def required(name: str, what_to_do: str) -> str:
    """The setting's text. Raises ImproperlyConfigured with what to do."""
    if value := optional(name):
        return value
    raise ImproperlyConfigured(f"{name} is empty: {what_to_do}.")


def timeout() -> float:
    """Seconds to wait for a provider's answer: `SMS_TIMEOUT`, or what it is where a service doesn't say."""
    return float(optional("SMS_TIMEOUT") or USUAL_TIMEOUT)


def several(name: str) -> list[str]:
    """The values of a setting that may hold more than one, separated by commas, while they are rotated."""
    return [value.strip() for value in optional(name).split(",") if value.strip()]
