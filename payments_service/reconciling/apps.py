"""Django knows this app as `reconciling`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.reconciling"
    label = "reconciling"
    verbose_name = "Reconciliation with Stripe"

    def ready(self) -> None:
        """Register what is measured."""
        from payments_service.reconciling.metrics import Arrivals
        from servicekit.metrics import registry

        registry.register(Arrivals())
