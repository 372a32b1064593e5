"""How the admin's lists are narrowed: to one of several clinics, to what waits for the same. Used by each `admin`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from payments_service.payments import obstacles, words
from payments_service.payments.models import Movement

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


class ByObstacle(SimpleListFilter):
    """By what a person has to see to."""

    title = "what it waits for"
    parameter_name = "last_error"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        """Each in words."""
        return [(str(code), obstacles.sentence(code, words=words.of("en"))) for code in Movement.FOR_A_PERSON]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that wait for the one that was chosen."""
        return queryset.filter(last_error=self.value()) if self.value() else queryset
