"""Django knows this app as `operating`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app, for its command; it has no rows."""

    name = "visits_service.operating"
    label = "operating"
