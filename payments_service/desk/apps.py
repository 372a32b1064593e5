"""Django knows this app as `desk`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.desk"
    label = "desk"
    verbose_name = "Front desk"
