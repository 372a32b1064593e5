"""How often a password may be guessed: django-axes counts in the database, this says what counts and what is answered.

A name from one address is closed after a few wrong passwords, an address after many more, as a clinic's whole front
desk may share one. Somebody else's guesses elsewhere don't close a name: that would let anybody lock the staff out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from staff.configuration import CLOSED_FOR, PER_ADDRESS, PER_NAME

log = structlog.get_logger(__name__)


class Backend(AxesStandaloneBackend):  # type: ignore[misc]  # axes has no types
    """Refuses who has guessed too often. Without a request nobody guesses: that is a shell, or a test."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Raises PermissionDenied for those."""
        if request is not None:
            super().authenticate(request, **credentials)


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts by name and address together, and by the address alone with more patience."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """What counts against the limit per name: the address's guesses weigh so much less as there may be more."""
        of_name, of_address = (count(attempts) for attempts in self.get_user_attempts(request, credentials))
        return max(of_name, of_address * PER_NAME // PER_ADDRESS)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """After the right password only this name's guesses are forgotten: a login of one's own opens no others."""
        of_name, _ = self.filter_user_attempts(request, credentials)
        deleted, _ = of_name.delete()
        return int(deleted)

    def closed_until(self, request: HttpRequest, credentials: dict[str, Any] | None) -> Any:
        """When a guess is looked at again, at the latest."""
        newest = [each.aggregate(newest=Max("attempt_time"))["newest"] for each in self.seen(request, credentials)]
        return max(filter(None, newest), default=timezone.now()) + CLOSED_FOR

    def seen(self, request: HttpRequest, credentials: dict[str, Any] | None) -> Sequence[QuerySet[Any]]:
        """The guesses of the name where these have closed it, else those of the address."""
        of_name, of_address = self.get_user_attempts(request, credentials)
        return [of_name] if count(of_name) >= PER_NAME else [of_address]


def count(attempts: QuerySet[Any]) -> int:
    """How many guesses these rows stand for."""
    return sum(attempts.values_list("failures_since_start", flat=True))


def locked_out(request: HttpRequest, _answer: object, credentials: dict[str, Any] | None) -> HttpResponse:
    """429 with the admin's look, and in `Retry-After` the seconds to wait."""
    wait = Handler().closed_until(request, credentials) - timezone.now()
    seconds = max(1, round(wait.total_seconds()))
    log.warning("sign_in_closed", seconds=seconds, hint="too many wrong passwords; see the access records")
    context = {
        **admin.site.each_context(request),
        "title": "Please wait",
        "minutes": -(-seconds // 60),
        "clinic": settings.CLINIC_NAME,
    }
    answer = render(request, "staff/locked_out.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
