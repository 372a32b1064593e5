"""Django knows this app as `replaying`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.replaying"
    label = "replaying"
    verbose_name = "Replays"
