"""Django's entry to the package."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to people: queued, delivered, on record."""

    name = "notifications"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, the receiver of providers' reports, and what is measured."""
        from notifications import checks, metrics  # noqa: F401
        from notifications.channels import email_tracking  # noqa: F401
        from notifications.sms import checks as sms_checks  # noqa: F401
        from servicekit.metrics import registry

        registry.register(metrics.Sending())
