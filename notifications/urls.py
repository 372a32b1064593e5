"""`/anymail/PROVIDER/tracking/` for each of Anymail's providers; a service includes this at its root.

Anymail has addresses for incoming mail too; nobody here reads any, so they don't exist.
"""

from __future__ import annotations

from django.urls import include, path

from notifications.channels import email_reports
from notifications.views import door_of

REPORTS = [
    path(f"{provider}/tracking/", door_of(provider), name=f"{provider}_tracking_webhook")
    for provider in email_reports.VIEWS
]
MANDRILL = path("mandrill/", door_of("mandrill"), name="mandrill_webhook")  # Mandrill signs the address, so both stay

urlpatterns = [path("anymail/", include(([*REPORTS, MANDRILL], "anymail")))]
