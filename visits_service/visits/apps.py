"""Django knows this app as `visits`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.visits"
    label = "visits"
