"""The Django app of numbered receipts."""

from __future__ import annotations

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """Numbered receipts."""

    name = "receipts"
    verbose_name = "Receipts"

    def ready(self) -> None:
        """Register the system checks and what is measured."""
        from receipts import checks, metrics  # noqa: F401
        from servicekit.metrics import registry

        registry.register(metrics.Documents())
