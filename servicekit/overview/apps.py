"""Django knows this app as `overview`; it stands before the admin's own app, whose first page it fills."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "servicekit.overview"
    label = "overview"
    verbose_name = "Overview"
