"""Django knows this app as `reconciling`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.reconciling"
    label = "reconciling"
