"""Django knows this app as `payments`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.payments"
    label = "payments"
    verbose_name = "Payments"
