"""Django knows this app as `webhooks`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.webhooks"
    label = "webhooks"
    verbose_name = "Stripe's events"

    def ready(self) -> None:
        """Register what is measured."""
        from payments_service.webhooks.metrics import Events
        from servicekit.metrics import registry

        registry.register(Events())
