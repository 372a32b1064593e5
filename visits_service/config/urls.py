"""Every address of the service. What isn't signed (webhooks, links) or authenticated (API, admin) is public."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from servicekit import health, metrics
from servicekit.api import addresses, make_api
from visits_service.booking.api import router as visits

api = make_api(namespace="visits", title="Visits and reminders", version="1.0.0")
api.add_router("", visits)

admin.site.site_header = admin.site.site_title = f"{settings.CLINIC_NAME}: visits and reminders"

handler403 = "staff.refusals.refused"

urlpatterns = [
    path("", include("notifications.urls")),
    *addresses(api),
    path("", include("visits_service.reminders.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("", include("staff.urls")),
    path("admin/", admin.site.urls),
]
