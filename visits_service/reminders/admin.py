"""The clinic's view of its reminders: whom they reach before the visits of a day, and whom somebody has to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from servicekit.admin import ReadOnly
from visits_service.reminders import coverage
from visits_service.reminders.models import DayCoverage

DAY = timedelta(days=1)


@admin.register(DayCoverage)
class CoverageAdmin(ReadOnly, admin.ModelAdmin[DayCoverage]):
    """One page: counts of a day, and the patients to call."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The day that is asked for as `?date=`, tomorrow unless it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        day = chosen_day(request)
        found = coverage.of_day(day, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": f"Visits of {day:%A, %Y-%m-%d}",
            "opts": self.opts,
            "day": day,
            "before": day - DAY,
            "after": day + DAY,
            "counts": [(name.replace("_", " "), count) for name, count in found.counts().items()],
            "to_call": found.to_call,
        }
        return TemplateResponse(request, "admin/reminders/coverage.html", context)


def chosen_day(request: HttpRequest) -> date:
    """The day in the address; tomorrow where there is none or it can't be read."""
    now = timezone.now()
    try:
        return coverage.day_named(request.GET.get("date", "tomorrow"), now=now)
    except ValueError:
        return coverage.day_named("tomorrow", now=now)
