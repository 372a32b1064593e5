"""For the clinic's staff: what patients said, and whom the reminders of a day reach and whom somebody has to call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from servicekit.admin import IDS_ONLY, ReadOnly
from visits_service.reminders import coverage
from visits_service.reminders.coverage import Line
from visits_service.reminders.models import Answer, DayCoverage
from visits_service.visits.models import Patient, Visit

DAY = timedelta(days=1)
WAITING_FIRST = Case(When(needs_a_person=True, seen_at__isnull=True, then=Value(0)), default=Value(1))


@admin.register(Answer)
class AnswerAdmin(ReadOnly, admin.ModelAdmin[Answer]):
    """What needs a person stands first. Read here, not edited: only that somebody has seen to it is added."""

    list_display = ("received_at", "waits", "kind", "who", "phone", "about", "text", "source", "seen_at")
    list_filter = ("needs_a_person", ("seen_at", admin.EmptyFieldListFilter), "kind", "source", "received_at")
    list_select_related = ("patient", "visit")
    search_fields = ("=visit__external_id", "=patient__external_id")
    search_help_text = IDS_ONLY
    ordering = (WAITING_FIRST, "-received_at")
    actions = ("seen_to",)

    @admin.action(description="Seen to: these need nobody any more", permissions=["see_to"])
    def seen_to(self, request: HttpRequest, queryset: QuerySet[Answer]) -> None:
        """Note that somebody has; what was seen to before keeps its time."""
        seen = queryset.filter(seen_at__isnull=True).update(seen_at=timezone.now())
        self.message_user(request, f"{seen} seen to.")

    def has_see_to_permission(self, request: HttpRequest) -> bool:
        """Whoever may change answers."""
        return request.user.has_perm("reminders.change_answer")

    @admin.display(description="needs a person", boolean=True)
    def waits(self, answer: Answer) -> bool:
        """Whether somebody has to see to it."""
        return answer.needs_a_person and answer.seen_at is None

    @admin.display(description="patient", ordering="patient__name")
    def who(self, answer: Answer) -> str:
        """Who said it, as far as that is known."""
        return answer.patient.name if answer.patient else ""

    @admin.display(description="phone")
    def phone(self, answer: Answer) -> str:
        """The number that it came from, or the one to call."""
        return answer.number or (answer.patient.phone if answer.patient else "")

    @admin.display(description="visit", ordering="visit__starts_at")
    def about(self, answer: Answer) -> str:
        """Which visit, by the clock of its place; empty where there was a doubt."""
        return described(answer.visit) if answer.visit else ""


def described(visit: Visit) -> str:
    """A visit in a line: its id in the booking system, when and how it stands."""
    starts = visit.starts_at.astimezone(ZoneInfo(visit.timezone))
    return f"{visit.external_id}: {starts:%Y-%m-%d %H:%M}, {visit.status}"


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
            "on_record": rows_of(found.to_call),
        }
        return TemplateResponse(request, "admin/reminders/coverage.html", context)


def rows_of(lines: tuple[Line, ...]) -> list[Visit | Patient]:
    """The visits and the patients that these lines are about."""
    visits = Visit.objects.filter(external_id__in=[line.external_id for line in lines]).select_related("patient")
    return [*visits, *dict.fromkeys(visit.patient for visit in visits)]


def chosen_day(request: HttpRequest) -> date:
    """The day in the address; tomorrow where there is none or it can't be read."""
    now = timezone.now()
    try:
        return coverage.day_named(request.GET.get("date", "tomorrow"), now=now)
    except ValueError:
        return coverage.day_named("tomorrow", now=now)
