"""Django knows this app as `staff`. Roles follow the permissions of each app as soon as a migration has made these."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    """Registers the app, its check, and what listens to Django's signals."""

    name = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        """Connect what Django offers only as signals."""
        from staff import checks, groups, sign_ins  # noqa: F401 - models aren't loaded before; two register themselves

        post_migrate.connect(groups.after_migration, dispatch_uid="staff.groups")
