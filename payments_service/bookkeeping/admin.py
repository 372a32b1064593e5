"""For whoever keeps the books: a day with its proof, the days before it, and the documents as a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from payments_service.bookkeeping import days, exporting, proving, reporting, texts, words
from payments_service.bookkeeping.models import DayProof
from payments_service.bookkeeping.tasks import prove_day
from servicekit.admin import ReadOnly
from servicekit.celery import nudge

PAST = 31
"""How many days the page shows of the past."""


@admin.register(DayProof)
class DayProofAdmin(ReadOnly, admin.ModelAdmin[DayProof]):
    """One page: a day as our rows stand now beside what Stripe has said of it, and what a person must do."""

    def get_urls(self) -> list[URLPattern]:
        """What can be done on the page comes before the admin's own addresses, which would take it for an id."""
        own = [
            path("prove/", self.admin_site.admin_view(self.prove), name="bookkeeping_dayproof_prove"),
            path("documents.csv", self.admin_site.admin_view(self.export), name="bookkeeping_dayproof_export"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The day that is asked for as `?date=`, yesterday unless it is; a wrong one is said to be wrong."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        try:
            day = days.begun(asked(request), now=now, zone=proving.clinic())
        except ValueError as wrong:
            self.refuse(request, wrong)
            day = newest(request, now=now)
        row = reporting.kept_of(day)
        proof = proving.of_day(day, now=now, evidence=reporting.evidence_of(row))
        report = texts.report(proof, words=words.of("en"), zone=proving.clinic())
        context = {
            **self.admin_site.each_context(request),
            "title": report.title,
            "opts": self.opts,
            "report": report,
            "day": day,
            "before": day - days.DAY,
            "after": day + days.DAY if day < days.named("today", now=now, zone=proving.clinic()) else None,
            "row": row,
            "past": DayProof.objects.filter(day__lte=day)[:PAST],
            "may_export": may_export(request),
            "may_export_names": may_export(request, names=True),
        }
        return TemplateResponse(request, "admin/bookkeeping/proof.html", context)

    def prove(self, request: HttpRequest) -> HttpResponse:
        """Have a worker ask Stripe about the day once more; the page shows what came of it a little later."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        now = timezone.now()
        try:
            day = days.begun(asked(request), now=now, zone=proving.clinic())
        except ValueError as wrong:
            self.refuse(request, wrong)
            return HttpResponseRedirect(proving.page_of(newest(request, now=now)))
        nudge(prove_day, proof_id=reporting.again(day))
        self.message_user(request, f"{day} is being proven. Look again in a minute.")
        return HttpResponseRedirect(proving.page_of(day))

    def export(self, request: HttpRequest) -> StreamingHttpResponse | HttpResponseRedirect:
        """The documents issued from `?from=` to `?to=` as CSV, with people's names where they are asked for."""
        names = request.GET.get("names") == "yes"
        if not self.has_view_permission(request) or not may_export(request, names=names):
            raise PermissionDenied
        try:
            first, last = span_of(request, now=timezone.now())
        except ValueError as wrong:
            self.refuse(request, wrong)
            return HttpResponseRedirect(reverse("admin:bookkeeping_dayproof_changelist"))
        what = "documents-with-names" if names else "documents"
        disposition = {"Content-Disposition": f'attachment; filename="{what}-{first}-{last}.csv"'}
        written = exporting.documents(first, last, names=names)
        return StreamingHttpResponse(written, content_type="text/csv; charset=utf-8", headers=disposition)

    def refuse(self, request: HttpRequest, wrong: ValueError) -> None:
        """Say on the page what was wrong with a day."""
        self.message_user(request, f"Not possible: {wrong}.", messages.ERROR)


def may_export(request: HttpRequest, *, names: bool = False) -> bool:
    """Whoever may see receipts may take them along; people's names need a permission of their own."""
    allowed = request.user.has_perm("receipts.view_receipt")
    return allowed and (not names or request.user.has_perm("bookkeeping.export_names"))


def asked(request: HttpRequest, name: str = "date") -> str:
    """What the address or the form says of a day; yesterday where that is nothing."""
    return (request.POST or request.GET).get(name) or "yesterday"


def newest(request: HttpRequest, *, now: datetime) -> date:
    """The day that is shown instead of a wrong one: today where a later one was asked for, else yesterday."""
    zone = proving.clinic()
    try:
        days.named(asked(request), now=now, zone=zone)
    except ValueError:
        return days.named("yesterday", now=now, zone=zone)
    return days.named("today", now=now, zone=zone)


def span_of(request: HttpRequest, *, now: datetime) -> tuple[date, date]:
    """The first and the last day of a file; raises ValueError where they are none, or the wrong way round."""
    first, last = (days.named(asked(request, name), now=now, zone=proving.clinic()) for name in ("from", "to"))
    if last < first:
        raise ValueError(f"from {first} to {last}: expected a last day that is the same or a later one")
    return first, last
