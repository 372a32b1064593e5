"""How the admin's lists are narrowed to one clinic, where there are several. Used by `admin` of each stage."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

OWN = "own"


class ByClinic(SimpleListFilter):
    """By the account that was paid into; not there at all in an installation of one clinic."""

    title = "clinic"
    parameter_name = "clinic"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """The clinics by their names."""
        if not settings.CLINIC_PROFILES:
            return []
        accounts = [(account, f"{profile.name} ({account})") for account, profile in settings.CLINIC_PROFILES.items()]
        return [(OWN, f"{settings.CLINIC_NAME} (our own account)"), *accounts]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the one that was chosen."""
        if self.value() is None:
            return queryset
        return queryset.filter(account="" if self.value() == OWN else self.value())
