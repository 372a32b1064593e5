"""Django knows this app as `reminders`."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.reminders"
    label = "reminders"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("visits_service.reminders.checks")
