"""The page that shows what emails and texts look like, in each language, of a sample or of one visit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from servicekit import framed
from servicekit.admin import ReadOnly
from staff import sights
from visits_service.desk import previews
from visits_service.desk.models import Preview
from visits_service.desk.rights import PREVIEW, READ
from visits_service.reminders.phrases import Kind
from visits_service.visits.models import Visit

LONGEST_KEY = 18
"""Digits of a key; Python refuses to read thousands of them."""


@admin.register(Preview)
class PreviewAdmin(ReadOnly, admin.ModelAdmin[Preview]):
    """No list: the page itself, and the email alone for the frame in it."""

    def has_view_permission(self, request: HttpRequest, obj: Preview | None = None) -> bool:
        """Whoever may read reminders."""
        return request.user.has_perm(PREVIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return request.user.has_perm(PREVIEW)

    def get_urls(self) -> list[URLPattern]:
        """The frame's address comes before the admin's own ones, which would take it for an id."""
        letter = path("email/", self.admin_site.admin_view(self.email), name="desk_preview_email")
        return [letter, *super().get_urls()]

    @framed.shows_letters
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What `?language=`, `?kind=` and `?visit=` ask for; a reminder of a sample in the first language without."""
        chosen, visit = self.chosen(request), self.visit(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Previews of emails and texts",
            "opts": self.opts,
            "preview": previews.of(visit, chosen["kind"], language=chosen["language"], now=timezone.now()),
            "on_record": somebodys(visit),
            "visit": chosen.get("visit"),
            "kinds": [
                (name, link(chosen | {"kind": kind}), kind == chosen["kind"]) for kind, name in previews.KINDS.items()
            ],
            "languages": [
                (each, link(chosen | {"language": each}), each == chosen["language"]) for each in previews.languages()
            ],
            "frame": f"{reverse('admin:desk_preview_email')}{link(chosen)}",
        }
        return TemplateResponse(request, "admin/desk/preview.html", context)

    def email(self, request: HttpRequest) -> HttpResponse:
        """The email's HTML by itself."""
        chosen, visit = self.chosen(request), self.visit(request)
        shown = previews.of(visit, chosen["kind"], language=chosen["language"], now=timezone.now())
        return sights.showing(framed.letter(shown.html), somebodys(visit))

    def chosen(self, request: HttpRequest) -> dict[str, Any]:
        """What the address asks for, as far as there is such a thing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        language, kind = request.GET.get("language", ""), request.GET.get("kind", "")
        found: dict[str, Any] = {
            "language": language if language in previews.languages() else previews.clinics_language(),
            "kind": Kind(kind) if kind in previews.KINDS else Kind.REMINDER,
        }
        return found | ({"visit": request.GET["visit"]} if "visit" in request.GET else {})

    def visit(self, request: HttpRequest) -> Visit:
        """The visit that is asked for, to whoever may see it, or a sample."""
        number = request.GET.get("visit")
        if number is None:
            return previews.sample(now=timezone.now())
        if not request.user.has_perms(READ):
            raise PermissionDenied
        known = Visit.objects.select_related("patient")
        if not number.isdecimal() or len(number) > LONGEST_KEY or (visit := known.filter(pk=number).first()) is None:
            raise Http404
        return visit


def somebodys(visit: Visit) -> tuple[Model, ...]:
    """The rows of which a preview shows something: a visit's and its patient's, none of a sample."""
    return (visit, visit.patient) if visit.pk else ()


def link(chosen: dict[str, Any]) -> str:
    """The part of an address that asks for this."""
    return f"?{urlencode(chosen)}"
