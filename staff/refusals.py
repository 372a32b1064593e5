"""The page for staff who ask for what their roles don't allow; `urls` of each service names it as its 403."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.defaults import permission_denied

from staff.middleware import of_admin


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with the admin's look: what it means, and whom to ask. It names neither what was asked for nor anybody in it.

    Elsewhere, and for whoever isn't signed in as staff, it is Django's own.
    """
    if not of_admin(request) or not admin.site.has_permission(request):
        return permission_denied(request, exception)
    context = {
        **admin.site.each_context(request),
        "title": "Not for your login",
        "clinic": settings.CLINIC_NAME,
        "roles": sorted(request.user.groups.values_list("name", flat=True)),
    }
    return TemplateResponse(request, "staff/forbidden.html", context, status=403)
