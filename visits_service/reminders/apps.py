"""Django knows this app as `reminders`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.reminders"
    label = "reminders"
