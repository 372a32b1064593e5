"""Django knows this app as `payments_privacy`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.privacy"
    label = "payments_privacy"
