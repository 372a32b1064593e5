"""Roles as Django's groups, brought in line with the service's table after every migration.

A right that somebody gave to a role by hand is taken away again at the next deploy: what a role may do is decided in
the table, where it is reviewed. Other groups, and rights given to a person, are left alone.
"""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import router

from staff.roles import Role


def after_migration(*, app_config: AppConfig, using: str, **_: object) -> None:
    """Give each role its rights in the app that was just migrated, and no others there; for Django's `post_migrate`."""
    if router.allow_migrate_model(using, Group):
        create_permissions(app_config, verbosity=0, using=using)
        for role in settings.STAFF_ROLES:
            bring_in_line(role, app=app_config.label)


def bring_in_line(role: Role, *, app: str) -> None:
    """The group has exactly the role's rights in the app."""
    group, _ = Group.objects.get_or_create(name=role.name)
    wanted = Permission.objects.filter(content_type__app_label=app, codename__in=role.within(app))
    had = group.permissions.filter(content_type__app_label=app)
    group.permissions.remove(*had.exclude(pk__in=wanted.values("pk")))
    group.permissions.add(*wanted)
