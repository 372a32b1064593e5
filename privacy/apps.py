"""Django knows this app as `privacy`."""

from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What is kept of people, and for how long."""

    name = "privacy"
    verbose_name = "Personal data"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what is measured."""
        from privacy import metrics
        from servicekit.metrics import registry

        registry.register(metrics.Overdue())
