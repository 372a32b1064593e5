"""Django knows this app as `receipting`."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.receipting"
    label = "receipting"
    verbose_name = "What needs a person"

    def ready(self) -> None:
        """Register the system checks, and who names documents."""
        import_module("payments_service.receipting.checks")
        from payments_service.receipting import mentions
        from receipts.mentions import register

        register(mentions.unmet)
