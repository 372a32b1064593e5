"""Every address of the service. What isn't signed (webhooks, links) or authenticated (API, admin) is public."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from servicekit import health, metrics

urlpatterns = [
    path("", include("visits_service.reminders.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("admin/", admin.site.urls),
]
