"""`/anymail/PROVIDER/tracking/` for each of Anymail's providers; a service includes this at its root."""

from __future__ import annotations

from anymail import urls as anymail_urls
from django.urls import URLPattern, include, path

from notifications.views import locked

# Anymail has addresses for incoming mail too; nobody here reads any, so they don't exist.
REPORTS = [each for each in anymail_urls.urlpatterns if "inbound" not in each.name]

urlpatterns = [
    path(
        "anymail/",
        include(([URLPattern(each.pattern, locked(each.callback), name=each.name) for each in REPORTS], "anymail")),
    )
]
