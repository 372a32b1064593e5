"""Django knows this app as `webhooks`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.webhooks"
    label = "webhooks"
