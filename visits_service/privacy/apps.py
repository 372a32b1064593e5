"""Django knows this app as `visits_privacy`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.privacy"
    label = "visits_privacy"
