"""Django knows this app as `booking`."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """Registers the app."""

    name = "visits_service.booking"
    label = "booking"
