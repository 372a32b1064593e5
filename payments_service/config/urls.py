"""Every address of the service. What isn't signed (webhooks, links) or authenticated (API, admin) is public."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from payments_service.payments.api import router as payments
from payments_service.receipting.api import router as receipts
from payments_service.webhooks.views import stripe_webhook
from servicekit import health, metrics
from servicekit.api import addresses, make_api

api = make_api(namespace="payments", title="Payments and receipts", version="1.0.0")
api.add_router("", payments)
api.add_router("", receipts)

admin.site.site_header = admin.site.site_title = f"{settings.CLINIC_NAME}: payments and receipts"

handler403 = "staff.refusals.refused"

urlpatterns = [
    re_path(r"^webhooks/stripe/?$", stripe_webhook, name="stripe_webhook"),
    path("", include("notifications.urls")),
    path("", include("receipts.urls")),
    path("", include("payments_service.receipting.urls")),
    *addresses(api),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path("", include("staff.urls")),
    path("admin/", admin.site.urls),
]
