"""Django knows this app as `operating`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app, for its commands; it has no rows."""

    name = "payments_service.operating"
    label = "operating"
