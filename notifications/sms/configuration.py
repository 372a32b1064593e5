"""The settings of SMS. A service that sends none needs to define none of them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def optional(name: str) -> str:
    """The setting's text, or nothing."""
    return str(getattr(settings, name, "") or "")


def required(name: str, what_to_do: str) -> str:
    """The setting's text. Raises ImproperlyConfigured with what to do."""
    if value := optional(name):
        return value
    raise ImproperlyConfigured(f"{name} is empty: {what_to_do}.")


def several(name: str) -> list[str]:
    """The values of a setting that may hold more than one, separated by commas, while they are rotated."""
    return [value.strip() for value in optional(name).split(",") if value.strip()]
