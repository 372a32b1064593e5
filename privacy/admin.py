"""For administrators: what was forgotten; and the doors to export or erase one person, each with a right of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from privacy import archive, record
from privacy.forms import ErasureForm, PersonForm
from privacy.models import Erasure, Export, Purge
from privacy.record import Order
from privacy.service import Ambiguous, Busy, Erased, NotKnown
from servicekit.admin import ReadOnly


@admin.register(Purge)
class PurgeAdmin(ReadOnly, admin.ModelAdmin[Purge]):
    """Each run of the purge."""

    list_display = ("started_at", "finished_at", "by", "total", "counts")


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, admin.ModelAdmin[Erasure]):
    """Each erasure, without a word about the person; adding one is erasing somebody."""

    list_display = ("at", "by", "counts")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever may erase people."""
        return request.user.has_perm("privacy.erase_person")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask whom, show what would become of everything, erase when that is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ErasureForm(request.POST or None)
        shown = self.erased(request, form) if form.is_valid() else None
        if shown and form.is_confirmed:
            messages.success(request, f"Erased; {len(shown.kept)} documents are kept, as the law wants.")
            return HttpResponseRedirect(reverse("admin:privacy_erasure_changelist"))
        context = {**page(self, form, title="Erase one person's data"), "shown": shown}
        return TemplateResponse(request, "admin/privacy/erase.html", self.admin_site.each_context(request) | context)

    def erased(self, request: HttpRequest, form: ErasureForm) -> Erased | None:
        """What becomes of the person, for good only when confirmed; None when it can't be, and the form says why."""
        order = order_of(request, form)
        if form.cleaned_data["typed"] and not form.is_confirmed:
            form.add_error("typed", "That isn't what you looked for.")
        try:
            return record.erase(order, dry_run=not form.is_confirmed)
        except (NotKnown, Ambiguous, Busy) as why:
            form.add_error(None, f"{why}.")
            return None


@admin.register(Export)
class ExportAdmin(ReadOnly, admin.ModelAdmin[Export]):
    """Each export; adding one is making one."""

    list_display = ("at", "by", "counts")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever may export people's data."""
        return request.user.has_perm("privacy.export_person")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask whom, and answer with the file."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PersonForm(request.POST or None)
        packed = self.packed(request, form) if form.is_valid() else None
        if packed:
            return packed
        context = page(self, form, title="Export one person's data")
        return TemplateResponse(request, "admin/privacy/export.html", self.admin_site.each_context(request) | context)

    def packed(self, request: HttpRequest, form: PersonForm) -> HttpResponse | None:
        """The file, which no browser keeps a copy of; None when there is none, and the form says why."""
        order = order_of(request, form)
        try:
            content = record.export(order)
        except (NotKnown, Ambiguous) as why:
            form.add_error(None, f"{why}.")
            return None
        for name in archive.missing(content):
            messages.warning(request, f"{name} can't be read now; a note stands in the archive in its place.")
        disposition = {"Content-Disposition": 'attachment; filename="export.zip"'}
        response = HttpResponse(content, content_type="application/zip", headers=disposition)
        add_never_cache_headers(response)
        return response


def order_of(request: HttpRequest, form: PersonForm) -> Order:
    """Who asks for whom."""
    return Order(form.given, by=request.user.get_username(), at=timezone.now())


def page(model_admin: admin.ModelAdmin[Any], form: PersonForm, *, title: str) -> dict[str, Any]:
    """What both pages show."""
    return {"title": title, "opts": model_admin.opts, "form": form}
