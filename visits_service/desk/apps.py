"""Django knows this app as `desk`."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.desk"
    label = "desk"
    verbose_name = "Front desk"

    def ready(self) -> None:
        """Register the page of previews, too."""
        import_module("visits_service.desk.preview_admin")
