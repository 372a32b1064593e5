"""Django's entry to the package."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to people: queued, delivered, on record."""

    name = "notifications"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the receiver of providers' reports."""
        from notifications import checks  # noqa: F401
        from notifications.channels import email_tracking  # noqa: F401
        from notifications.sms import checks as sms_checks  # noqa: F401
