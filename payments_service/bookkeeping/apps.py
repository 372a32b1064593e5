"""Django knows this app as `bookkeeping`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "payments_service.bookkeeping"
    label = "bookkeeping"
    verbose_name = "The books"
